"""How evenly names from everywhere are found: countries, and officials of many traditions."""

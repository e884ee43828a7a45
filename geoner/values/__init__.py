"""Spans with their context to values: which country, how much, who in which office."""

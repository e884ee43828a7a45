from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoner.values.currencies import currencies
from geoner.values.money import money_value
from geoner.values.types import MoneyValue, value_from_dict


def value_of(text: str, *countries: str) -> MoneyValue | None:
    """The value of a span that is the whole text, or that stands in [brackets]."""
    before, opening, rest = text.partition("[")
    span, closing, after = rest.partition("]")
    if not opening or not closing:
        return money_value(text, 0, len(text), countries)
    start = len(before)
    return money_value(before + span + after, start, start + len(span), countries)


def currency_of(text: str, *countries: str) -> str | None:
    value = value_of(text, *countries)
    assert value is not None
    return value.currency


def is_approximate(text: str) -> bool:
    value = value_of(text)
    assert value is not None
    return value.approximate


#: A way to write an amount, the amount (or both ends of a range), the currency.
WAYS = """
$5 | 5 | USD
$ 1,000 | 1000 | USD
$2.50 | 2.5 | USD
$.75 million | 750000 | USD
$400 billion | 400000000000 | USD
$2,150,000 | 2150000 | USD
$2-million | 2000000 | USD
$1.6 million | 1600000 | USD
$3bn | 3000000000 | USD
$3.1bn | 3100000000 | USD
$27k | 27000 | USD
$27K | 27000 | USD
$15m | 15000000 | USD
$15M | 15000000 | USD
$1.9b | 1900000000 | USD
$1.2tn | 1200000000000 | USD
$2t | 2000000000000 | USD
$3tr | 3000000000000 | USD
£3.5tr | 3500000000000 | GBP
3 tr yen | 3000000000000 | JPY
$1.2trn | 1200000000000 | USD
$6-bn | 6000000000 | USD
$6-mn | 6000000 | USD
$2.3-b | 2300000000 | USD
$7-m | 7000000 | USD
$7-k | 7000 | USD
$1.500-million | 1500000 | USD
$5blln | 5000000000 | USD
$5 grand | 5000 | USD
five grand | 5000 | None
€4 Md | 4000000000 | EUR
$2 quintillion | 2000000000000000000 | USD
three fourths of a million dollars | 750000 | USD
14.2 cts | 0.142 | USD
4-1/2 cts | 0.045 | USD
20 U.S. cts | 0.2 | USD
$500 Mexican pesos | 500 | MXN
$40 mln | 40000000 | USD
$40mn | 40000000 | USD
$220 mil | 220000000 | USD
$7 mio | 7000000 | USD
$1.5trn | 1500000000000 | USD
$103,800 million | 103800000000 | USD
$1 billion 600 million | 1600000000 | USD
$4 billion 100 million | 4100000000 | USD
$4 1/2 billion | 4500000000 | USD
$1-1/2 billion | 1500000000 | USD
$3½ million | 3500000 | USD
$1¾bn | 1750000000 | USD
$1.3 trillion dollars | 1300000000000 | USD
$5 million USD | 5000000 | USD
$100-plus million | 100000000 | USD
$980-something million | 980000000 | USD
US$1.5bn | 1500000000 | USD
US$ 420 million | 420000000 | USD
US $ 8.00 | 8 | USD
U.S.$12 million | 12000000 | USD
us$4.5m | 4500000 | USD
USD 61 million | 61000000 | USD
USD5,000 | 5000 | USD
USD 5 000 | 5000 | USD
1.2 billion USD | 1200000000 | USD
20mln USD | 20000000 | USD
15 million dollars | 15000000 | USD
1.2 billion dlrs | 1200000000 | USD
60 mln dlr | 60000000 | USD
458 DLRS | 458 | USD
900 MLN DLRS | 900000000 | USD
7.5 mln U.S. dlrs | 7500000 | USD
20 million US dollars | 20000000 | USD
one dollar | 1 | USD
a dollar | 1 | USD
an Iraqi dinar | 1 | IQD
$100 million (one hundred million dollars) | 100000000 | USD
ten-to-fifteen million dollars | 10000000 15000000 | USD
$A5 million | 5000000 | AUD
$US5 million | 5000000 | USD
€1.5 Mrd | 1500000000 | EUR
two thirds of a million dollars | 666666.666667 | USD
five million Canadian dollars | 5000000 | CAD
Rs 500 crore | 5000000000 | INR
Rs 3 crore 50 lakh | 35000000 | INR
sixty-five bucks | 65 | USD
seven-hundred dollars | 700 | USD
one hundred and seventy dollars | 170 | USD
two thousand five hundred dollars | 2500 | USD
three hundred twenty-one thousand dollars | 321000 | USD
forty-five hundred dollars | 4500 | USD
nineteen thousand and twelve dollars | 19012 | USD
six hundred million dollars | 600000000 | USD
one thousand five hundred million dollars | 1500000000 | USD
five trillion dollars | 5000000000000 | USD
a hundred dollars | 100 | USD
a million dollars | 1000000 | USD
a dozen dollars | 12 | USD
two dozen dollars | 24 | USD
half a billion dollars | 500000000 | USD
half-a-million dollars | 500000 | USD
half a dollar | 0.5 | USD
a half billion dollars | 500000000 | USD
a quarter of a million dollars | 250000 | USD
three quarters of a billion dollars | 750000000 | USD
three-quarters of a million dollars | 750000 | USD
two and a half million dollars | 2500000 | USD
three and a half billion dollars | 3500000000 | USD
one-and-a-half million dollars | 1500000 | USD
two and one-half billion dollars | 2500000000 | USD
a billion and a half dollars | 1500000000 | USD
two and a quarter million dollars | 2250000 | USD
two and three quarter million dollars | 2750000 | USD
trillion-dollar | 1000000000000 | USD
billion dollars | 1000000000 | USD
two dollars and fifty cents | 2.5 | USD
2 dollars 50 cents | 2.5 | USD
50 cents | 0.5 | USD
50¢ | 0.5 | USD
0.9 cent | 0.009 | USD
11 1/4 cents | 0.1125 | USD
fifty-one cents | 0.51 | USD
ninety US cents | 0.9 | USD
182 Singapore cents | 1.82 | SGD
$10-15 million | 10000000 15000000 | USD
$10–15m | 10000000 15000000 | USD
$10 to 15 million | 10000000 15000000 | USD
$10 million-$15 million | 10000000 15000000 | USD
$10m–$15m | 10000000 15000000 | USD
$1.5–2 billion | 1500000000 2000000000 | USD
$900 million-1.2 billion | 900000000 1200000000 | USD
$8-10 | 8 10 | USD
$10-$15 | 10 15 | USD
$200,000 to 1 million | 200000 1000000 | USD
five to 15 mln dlrs | 5000000 15000000 | USD
eight to 10 mln dlrs | 8000000 10000000 | USD
five to six hundred million dollars | 500000000 600000000 | USD
five-six million dollars | 5000000 6000000 | USD
twenty-thirty dollars | 20 30 | USD
five or six dollars | 5 6 | USD
one dollar to two dollars | 1 2 | USD
five to ten dollars | 5 10 | USD
nine to 11 cents | 0.09 0.11 | USD
between 5 and 6 billion dollars | 5000000000 6000000000 | USD
between five and six billion dollars | 5000000000 6000000000 | USD
10m-15m euros | 10000000 15000000 | EUR
€ 15 - 25 | 15 25 | EUR
€50m | 50000000 | EUR
€ 150 million | 150000000 | EUR
€1.25bn | 1250000000 | EUR
€340k | 340000 | EUR
€39 MILLION | 39000000 | EUR
50 € | 50 | EUR
EUR20mn | 20000000 | EUR
EUR 33.20 | 33.2 | EUR
5 million EUR | 5000000 | EUR
two million euros | 2000000 | EUR
2,000 euro | 2000 | EUR
100-million-euro | 100000000 | EUR
1.200.000 euros | 1200000 | EUR
50.000 euros | 50000 | EUR
$1.299 | 1.299 | USD
1.500 million euros | 1500000 | EUR
1 200 000 euros | 1200000 | EUR
1.200.000,50 euros | 1200000.5 | EUR
2,5 million euros | 2500000 | EUR
900 000 euros | 900000 | EUR
20 thousand euros | 20000 | EUR
12 eurocents | 0.12 | EUR
£3.2m | 3200000 | GBP
£11million | 11000000 | GBP
£61,204.38 | 61204.38 | GBP
£34 10s | 34.5 | GBP
85p | 0.85 | GBP
90 pence | 0.9 | GBP
forty pounds | 40 | GBP
three pounds sterling | 3 | GBP
900 mln stg | 900000000 | GBP
1½ mln stg | 1500000 | GBP
GBP 2,000 | 2000 | GBP
40 quid | 40 | GBP
A$26 million | 26000000 | AUD
AU$2.3m | 2300000 | AUD
AUD 200,000 | 200000 | AUD
120 Australian dlrs | 120 | AUD
45 mln Aust dlrs | 45000000 | AUD
45 mln Aust cts | 450000 | AUD
45 mln Sing dlrs | 45000000 | SGD
45 mln Can dlrs | 45000000 | CAD
45 mln N.Z. dlrs | 45000000 | NZD
45 mln E.C. dlrs | 45000000 | XCD
Sing$45 | 45 | SGD
AR$45 million | 45000000 | ARS
UY$45 | 45 | UYU
$U45 | 45 | UYU
Ch$45 | 45 | CLP
CH$45 | 45 | CLP
CO$45 | 45 | COP
MXN$45 | 45 | MXN
Cz$45 billion | 45000000000 | BRC
NCz$45 | 45 | BRN
2 billion cruzados | 2000000000 | BRC
2 billion new cruzados | 2000000000 | BRN
600 new zaires | 600 | ZRN
5 mln W. German marks | 5000000 | DEM
5 mln S. African rand | 5000000 | ZAR
5 mln N. Korean won | 5000000 | KPW
5 mln Swiss frcs | 5000000 | CHF
900 Dutch florins | 900 | NLG
L.E. 8 million | 8000000 | EGP
C$10.35 million | 10350000 | CAD
CA$5 | 5 | CAD
587 million Canadian dollars | 587000000 | CAD
NZ$600,000 | 600000 | NZD
HK$9.6 million | 9600000 | HKD
95 million Hong Kong dollars | 95000000 | HKD
S$4.50 | 4.5 | SGD
NT$8.3 billion | 8300000000 | TWD
3 billion New Taiwan dollars | 3000000000 | TWD
J$24 billion | 24000000000 | JMD
TT$41 million | 41000000 | TTD
EC$1.2 million | 1200000 | XCD
3 million East Caribbean dollars | 3000000 | XCD
5 million Eastern Caribbean dollars | 5000000 | XCD
Bds$14 | 14 | BBD
three million Barbados dollars | 3000000 | BBD
BZ$650,000 | 650000 | BZD
G$512 billion | 512000000000 | GYD
48 Guyana dlrs | 48 | GYD
FJ$31 million | 31000000 | FJD
N$7.9bn | 7900000000 | NAD
50 Liberian dollars | 50 | LRD
one Zimbabwean dollar | 1 | ZWL
Z$31,000 | 31000 | ZWL
R$ 90 million | 90000000 | BRL
412 reais | 412 | BRL
MX$1,200 | 1200 | MXN
MXN 41 million | 41000000 | MXN
RD$6.20 | 6.2 | DOP
1,200 Uruguayan pesos | 1200 | UYU
985 Chilean pesos | 985 | CLP
86,000 million Colombian pesos | 86000000000 | COP
S/3.1bn | 3100000000 | PEN
270,000 soles | 270000 | PEN
B/.90 million | 90000000 | PAB
Q4.1 billion | 4100000000 | GTQ
24,000 guaraníes | 24000 | PYG
90 million córdobas | 90000000 | NIO
2.6 billion bolivianos | 2600000000 | BOB
¥18.6 billion | 18600000000 | JPY
1.2 billion yen | 1200000000 | JPY
6.91 yuan | 6.91 | CNY
100 million renminbi | 100000000 | CNY
RMB 15 billion | 15000000000 | CNY
40-billion-yuan | 40000000000 | CNY
₩640 billion | 640000000000 | KRW
16.5 billion won | 16500000000 | KRW
200 North Korean won | 200 | KPW
₹14,000 crore | 140000000000 | INR
₹11.2 lakh crore | 11200000000000 | INR
₹14 lakh | 1400000 | INR
₹12,34,567 | 1234567 | INR
12,000 Indian rupees | 12000 | INR
INR 500 crore | 5000000000 | INR
850 Pakistani rupees | 850 | PKR
4.6 billion Sri Lankan rupees | 4600000000 | LKR
950 Seychelles rupees | 950 | SCR
Tk 210 crore | 2100000000 | BDT
Rp 60 billion | 60000000000 | IDR
RM1,700 | 1700 | MYR
27 ringgit | 27 | MYR
₱4.51 billion | 4510000000 | PHP
11 baht | 11 | THB
22 million dong | 22000000 | VND
₺840 | 840 | TRY
8.40 Turkish lira | 8.4 | TRY
3.61 shekels | 3.61 | ILS
₪ 2.3 billion | 2300000000 | ILS
₦6.2 trillion | 6200000000000 | NGN
GH₵1.20 | 1.2 | GHS
KSh 3,200 | 3200 | KES
20 million Kenyan shillings | 20000000 | KES
TSh 2,100 | 2100 | TZS
18,000 Somali shillings | 18000 | SOS
R640 million | 640000000 | ZAR
75 mln rand | 75000000 | ZAR
E520 million | 520000000 | SZL
MK9.2 billion | 9200000000 | MWK
55 mln birr | 55000000 | ETB
10,000 Swiss francs | 10000 | CHF
CHF 1.32 million | 1320000 | CHF
CHF 1'250'000 | 1250000 | CHF
SFr 21,350 | 21350 | CHF
410 MLN FRENCH FRANCS | 410000000 | FRF
FF 165 mln | 165000000 | FRF
900 mln Belgian francs | 900000000 | BEF
4.2 billion Congolese francs | 4200000000 | CDF
41,000 Pacific francs | 41000 | XPF
DM 14 million | 14000000 | DEM
18 million D-marks | 18000000 | DEM
250,000 Deutschemark | 250000 | DEM
five mln marks | 5000000 | DEM
20 pfennigs | 0.2 | DEM
6,000 eastern marks | 6000 | DDM
420,000 convertible marks | 420000 | BAM
38 billion pesetas | 38000000000 | ESP
410 billion lire | 410000000000 | ITL
142 drachmas | 142 | GRD
281 mln ECUs | 281000000 | XEU
nine to 10 mln SDRs | 9000000 10000000 | XDR
12 million special drawing rights | 12000000 | XDR
SDR 24 million | 24000000 | XDR
64 million Norwegian kroner | 64000000 | NOK
48 million Danish kroner | 48000000 | DKK
SEK 480,000 | 480000 | SEK
890 krónur | 890 | ISK
CZK 60 million | 60000000 | CZK
500 Kč | 500 | CZK
300 zł | 300 | PLN
82 Czech crowns | 82 | CZK
2.1 billion forints | 2100000000 | HUF
90 million leva | 90000000 | BGN
900 million Moldovan lei | 900000000 | MDL
12 lari | 12 | GEL
1 lari 40 tetri | 1.4 | GEL
82 million roubles | 82000000 | RUB
70,000 rubles | 70000 | RUB
₽250 | 250 | RUB
3.2 million Belarusian roubles | 3200000 | BYN
₴500 million | 500000000 | UAH
1.7 trillion Iraqi dinars | 1700000000000 | IQD
KD 15.3 million | 15300000 | KWD
1,120,000 Iranian rials | 1120000 | IRR
112,000 tomans | 1120000 | IRR
SR45 million | 45000000 | SAR
9 million UAE dirhams | 9000000 | AED
300 baisa | 0.3 | OMR
49.85 Egyptian pounds | 49.85 | EGP
1.3 trillion Lebanese pounds | 1300000000000 | LBP
3 paʻanga | 3 | TOP
two million denars | 2000000 | MKD
10-denar | 10 | MKD
"""


@pytest.mark.parametrize("way", WAYS.strip().splitlines())
def test_every_way_to_write_an_amount(way: str) -> None:
    text, ends, currency = (part.strip() for part in way.split(" | "))
    low, high = (Decimal(end) for end in (ends.split() * 2)[:2])
    value = value_of(text)
    assert value is not None
    assert (value.amount_min, value.amount_max) == (low, high)
    assert str(value.currency) == currency


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$10\nmillion", "10000000", "USD"),
        ("US$\u00a01.5\u202fbn", "1500000000", "USD"),
        ("1\u2009200\u2009000\u00a0euros", "1200000", "EUR"),
        ("20 million\nKenyan\nshillings", "20000000", "KES"),
        ("CHF 1’250’000", "1250000", "CHF"),
        ("50\u2011million\u2011euro", "50000000", "EUR"),
        ("35 złoty", "35", "PLN"),
        ("two thousand đồng", "2000", "VND"),
    ],
)
def test_line_breaks_and_typographic_signs_change_nothing(
    text: str, amount: str, currency: str
) -> None:
    value = value_of(text)
    assert value is not None
    assert (value.amount, value.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("millions of dollars", "USD"),
        ("hundreds of millions of dollars", "USD"),
        ("tens of millions of euros", "EUR"),
        ("several billion dollars", "USD"),
        ("a few thousand pounds", "GBP"),
        ("a few hundred million rand", "ZAR"),
        ("dozens of dollars", "USD"),
        ("multimillion dollar", "USD"),
        ("thousands of crores of Indian rupees", "INR"),
        ("$100s of millions", "USD"),
    ],
)
def test_a_quantity_without_a_number_has_a_currency_only(text: str, currency: str) -> None:
    assert value_of(text) == MoneyValue(None, None, currency, approximate=True)


@pytest.mark.parametrize(
    "text",
    [
        "$500-1 billion",
        "$10-20,000",
        "$1,23,4",
        "$1.2.3 million",
        "$5 6 7",
        "$15-10",
        "5 dollars 6 euros",
        "$5billn",
        "$5 milion",
        "$5-trillon",
        "$5q",
        "$5G",
        "$5 bill",
        "$5 zillion",
        "R$5 bilhões",
        "5 millones de pesos",
        "Rs 5L",
        "US$m 5",
        "£1.50p",
        "£4.10s.",
        "ten bob",
    ],
)
def test_what_cannot_be_read_for_sure_gives_no_amount(text: str) -> None:
    value = value_of(text)
    assert value is not None
    assert (value.amount_min, value.amount_max) == (None, None)


def test_a_range_has_no_single_amount() -> None:
    value = value_of("$10-15 million")
    assert value is not None
    assert value.amount is None


@pytest.mark.parametrize("text", ["", "nothing", "the minister", "…"])
def test_no_amount_and_no_currency_is_no_value(text: str) -> None:
    assert value_of(text) is None


def test_a_number_alone_has_no_currency() -> None:
    assert value_of("4 billion") == MoneyValue(Decimal(4 * 10**9), Decimal(4 * 10**9), None)


@pytest.mark.parametrize(
    ("text", "countries", "currency"),
    [
        ("[500 francs]", [], None),
        ("[500 francs]", ["CH"], "CHF"),
        ("[500 francs]", ["SN", "ML"], "XOF"),
        ("[500 francs]", ["CM"], "XAF"),
        ("[500 francs]", ["RW", "CH"], None),
        ("Paris, 1987: the fee is [500 francs]", ["FR"], "FRF"),
        ("Paris, 2015: the fee is [500 francs]", ["FR"], None),
        ("[500 CFA francs]", ["TG"], "XOF"),
        ("[500 CFA francs]", ["GA"], "XAF"),
        ("[500 CFA francs]", ["TG", "GA"], None),
        ("[500 pesos]", ["MX"], "MXN"),
        ("[500 pesos]", ["PH", "US"], "PHP"),
        ("[500 pesos]", ["AR", "CL"], None),
        ("[500 pesos]", [], None),
        ("[500 dirhams]", ["MA"], "MAD"),
        ("[500 dirhams]", ["AE"], "AED"),
        ("[500 kroner]", ["NO"], "NOK"),
        ("[500 kroner]", ["DK"], "DKK"),
        ("[500 kr]", ["SE"], "SEK"),
        ("[500 kr]", [], None),
        ("[Rs 500 crore]", ["IN"], "INR"),
        ("[Rs 500 crore]", ["PK"], "PKR"),
        ("[Rs 500 crore]", ["NP", "IN"], None),
        ("[500 shillings]", ["UG"], "UGX"),
        ("[500 dinars]", ["DZ", "FR"], "DZD"),
        ("[500 rials]", ["YE"], "YER"),
        ("[500 crowns]", ["CZ"], "CZK"),
        ("[50 fils]", ["KW"], "KWD"),
        ("[K12 million]", ["ZM"], "ZMW"),
        ("[P10 billion]", ["BW"], "BWP"),
        ("[P10 billion]", ["PH"], "PHP"),
        ("[CFA24bn]", ["SN"], "XOF"),
        ("[Rs 5,000/-]", ["IN"], "INR"),
        ("[Sh1.2tri/-]", ["TZ"], "TZS"),
        ("[C$40m]", [], "CAD"),
        ("[C$40m]", ["CA", "US"], "CAD"),
        ("[C$40m]", ["NI", "US"], "NIO"),
        ("[N$40m]", [], "NAD"),
        ("[N$40m]", ["MX"], "MXN"),
        ("[LD 4m]", [], "LYD"),
        ("[LD 4m]", ["LR"], "LRD"),
        ("[SR 4m]", ["SC"], "SCR"),
        ("[BD$4m]", ["BB"], "BBD"),
        ("[ten bob]", ["GB"], "GBP"),
        ("[ten bob]", ["KE"], "KES"),
        ("[L1,400]", ["IT"], "ITL"),
        ("[500 pounds]", [], "GBP"),
        ("[500 pounds]", ["GB"], "GBP"),
        ("[500 pounds]", ["EG"], "EGP"),
        ("[500 pounds]", ["LB", "US"], "LBP"),
        ("[500 pounds]", ["EG", "GB"], None),
        ("[£500]", ["EG"], "GBP"),
        ("The budget of 1988: [£500]", ["IE"], None),
        ("Ireland's budget of 1988: [£500]", ["IE"], "IEP"),
        ("[500 won]", ["KP"], "KPW"),
        ("[500 won]", ["KP", "KR"], "KRW"),
        ("[500 marks]", ["BA"], "BAM"),
        ("[¥500]", ["CN"], "CNY"),
        ("[¥500]", ["JP", "CN"], "JPY"),
        ("[¥500]", ["CN", "JP"], None),
        ("The yuan rose. [¥500]", [], None),
        ("The Soviet Union lent [11 mln roubles].", [], "SUR"),
        ("After the Soviet Union, in 1997, it lent [11 mln roubles].", [], None),
        ("[11 mln roubles]", ["BY"], "BYN"),
    ],
)
def test_countries_tell_which_currency_a_word_names(
    text: str, countries: list[str], currency: str | None
) -> None:
    assert currency_of(text, *countries) == currency


def test_a_sentence_that_names_one_country_decides_among_several() -> None:
    text = "Algiers and Amman met. Jordan will pay [500 dinars]. Algeria will not."
    assert currency_of(text, "DZ", "JO") == "JOD"


def test_a_people_tells_the_currency_as_a_country_does() -> None:
    assert currency_of("The Kenyan driver, Joram Okelo, was fined [500 shillings].") == "KES"


def test_a_currency_named_in_full_elsewhere_decides() -> None:
    text = "Tea sold for 300 Ugandan shillings on Monday and for [280 shillings] on Friday."
    assert currency_of(text) == "UGX"
    assert currency_of(text, "UG", "KE") == "UGX"
    assert currency_of("Uganda's shilling slid. Tea costs [280 shillings].", "KE", "UG") is None
    assert currency_of("Uganda's shilling slid. Tea costs [280 shillings].") == "UGX"
    assert currency_of("It costs CHF 350 million, [forty francs] each.", "CH", "FR") == "CHF"


def test_a_currency_of_somebody_else_named_in_full_decides_nothing() -> None:
    text = "It pays 40 Egyptian pounds there; bread here costs [900 pounds]."
    assert currency_of(text, "SY", "EG") is None


@pytest.mark.parametrize(
    "text",
    ["Cr$500 billion", "Xy$5 million", "$X5 million", "U$5", "Qq$[5]", "Cr[$5 million]", "Xy£5"],
)
def test_unknown_letters_at_a_sign_make_a_currency_that_nothing_tells(text: str) -> None:
    assert currency_of(text) is None


def test_letters_before_a_span_belong_to_its_sign() -> None:
    assert currency_of("It cost NZ[$5 million].") == "NZD"
    assert currency_of("It cost Fiji [$5 million].") == "USD"


@pytest.mark.parametrize(
    ("text", "countries", "currency"),
    [
        (
            "Washington helps. Burundi has debts of [9 million francs], and has borrowed "
            "7 million Swiss francs.",
            ["US", "BI"],
            "BIF",
        ),
        (
            "Washington helps. Tunisia put in [9 million dinars], to which Bahrain added "
            "2 million Bahraini dinars.",
            ["US", "TN", "BH"],
            "TND",
        ),
        (
            "Washington helps. Tunisia will act. It put in [9 million dinars], to which Bahrain "
            "added 2 million Bahraini dinars.",
            ["US", "TN", "BH"],
            None,
        ),
        ("Swiss francs buy stoves: [9 million francs] in Chad.", ["US", "TD"], "CHF"),
        ("Fares are ₹40 here and 90 Pakistani rupees there. [Rs 70] is too much.", ["IN"], "INR"),
        ("An Irish dairy closed at [14p]. A British pump maker fell.", ["IE"], "IEP"),
    ],
)
def test_a_currency_named_in_full_does_not_override_what_stands_nearer(
    text: str, countries: list[str], currency: str | None
) -> None:
    assert currency_of(text, *countries) == currency


@pytest.mark.parametrize(
    ("text", "countries", "currency"),
    [
        ("Canada sets aside [$3.2 billion] (US$2.4 billion).", ["CA"], "CAD"),
        ("Canada sets aside [$3.2 billion] (about U.S.$2.4 billion).", ["US", "CA"], "CAD"),
        ("Fiji sets aside [$3.2 billion] (USD 1.4 billion).", ["FJ"], "FJD"),
        ("It sets aside [$3.2 billion] (US$2.4 billion).", [], None),
        ("Off Fiji, a ship cost Canada [$3.2 billion] (US$2.4 billion).", ["CA"], None),
        ("Australia gave Fiji A$90 million ([$60 million]).", ["AU"], "USD"),
        ("Australia gave 90 million Australian dollars (about [$60 million]).", ["AU"], "USD"),
    ],
)
def test_a_conversion_tells_which_dollar_is_the_us_dollar(
    text: str, countries: list[str], currency: str | None
) -> None:
    assert currency_of(text, *countries) == currency


def test_a_dollar_is_the_us_dollar() -> None:
    assert currency_of("The World Bank lent Fiji [$5 million].", "FJ") == "USD"
    assert currency_of("Canada and the U.S. agreed on [$5 million].", "CA", "US") == "USD"
    assert currency_of("[$5 million]", "GB", "AU") == "USD"
    assert currency_of("[$5 million]", "EC") == "USD"


def test_a_story_told_from_a_dollar_country_means_its_dollar() -> None:
    text = (
        "Australia will spend more on roads. Treasurer Edwin Marlow of Australia put [$2 billion] "
        "aside. “Australia can afford it,” he said."
    )
    assert currency_of(text, "AU") == "AUD"
    assert currency_of("Canada gives C$5 million; of this [$2 million] goes abroad.", "CA") == "CAD"


def test_where_a_text_has_two_dollars_neither_is_guessed() -> None:
    text = "The fund holds G$5 billion, or US$24 million, of which [$3 million] is spent."
    assert currency_of(text, "GY") is None
    text = "Australia, said Washington, got A$5 million; [$3 million] is spent."
    assert currency_of(text, "AU") is None


def test_cents_are_those_of_the_dollar_or_of_the_text() -> None:
    assert currency_of("Coffee fell [two cents].", "ET") is None
    assert currency_of("Coffee fell [two cents] a pound.", "ET") == "USD"
    assert currency_of("Bonds rose to [61 cents] on the dollar; Rs 5.", "LK") == "USD"
    assert currency_of("Bread rose by [20 cents] from 3 rand.", "ZA") == "ZAR"
    assert currency_of("Bread rose by [20 cents] from €3.", "FR") == "EUR"
    assert currency_of("Bread rose by [20 cents].", "FR") is None
    assert currency_of("A stamp costs A$1.20 to Fiji, [95 cents] to Samoa.", "FJ") == "AUD"
    assert currency_of("A stamp costs €1.20 to Fiji, [95 cents] to Samoa.", "FJ") == "EUR"


@pytest.mark.parametrize(
    "text",
    [
        "about [$5 million]",
        "some [$5 million]",
        "It cost nearly\n[$5 million]",
        "(almost [$5 million])",
        "more than [$5 million]",
        "less than [$5 million]",
        "at least [$5 million]",
        "at most [$5 million]",
        "up to [$5 million]",
        "as much as [$5 million]",
        "an estimated [$5 million]",
        "in excess of [$5 million]",
        "close to [$5 million]",
        "over [$5 million]",
        "under [$5 million]",
        "roughly [$5 million]",
        "around [$5 million]",
        "approximately [$5 million]",
        "no more than [$5 million]",
        "upwards of [$5 million]",
        "up to a [$5 million]",
        "Nearly [half a million dollars]",
        "~[$5 million]",
        "c. [$5 million]",
        "sales surpassed [$5 million]",
        "north of [$5 million]",
        "in the vicinity of [$5 million]",
        "nearly a [$5 million]",
        "paid out over [$5 million]",
        "[$5 million]-odd",
        "[$5 million-ish]",
        "[$5 million] or so",
        "[$5 million] or more.",
        "[$5 million]-plus",
        "[$5 million]+",
        "[$100-plus million]",
        "[$980-something million]",
        "[millions of dollars]",
    ],
)
def test_what_limits_or_blurs_an_amount_makes_it_approximate(text: str) -> None:
    assert is_approximate(text)


@pytest.mark.parametrize(
    "text",
    [
        "It cost [$5 million].",
        "exactly [$5 million]",
        "only [$5 million]",
        "[$5 million] more than before",
        "[$5 million], about a tenth of it",
        "about 40 ships and [$5 million]",
        "What about the [$5 million]?",
        "What about [$5 million]?",
        "under a [$5 million] deal",
        "over the [$5 million] fee",
        "a row over [$5 million]",
        "He complained about [$5 million] in fees",
        "It is taking over [$5 million] in claims",
        "They fell out over [$5 million]",
        "between [$5 million] and $6 million",
        "[$10-15 million]",
    ],
)
def test_other_amounts_are_exact(text: str) -> None:
    assert not is_approximate(text)


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5000 + " dollars",
        "1," * 5000 + " dollars",
        "one " * 2000 + "dollars",
        "- " * 5000,
        "$" * 3000 + "5",
        " million" * 2000 + " dollars",
        "1/" * 3000,
        "US" * 4000 + "$5",
    ],
)
def test_long_spans_are_read_fast_and_give_no_amount(text: str) -> None:
    start = time.process_time()
    value = value_of(text)
    assert time.process_time() - start < 0.5
    assert value is None or value.amount_min is None


@pytest.mark.parametrize("figure", ["9" * 31, "9" * 150, "0." + "1" * 60])
def test_an_amount_of_more_digits_than_any_money_is_none(figure: str) -> None:
    value = value_of(f"{figure} dollars")
    assert value is not None
    assert value.amount_min is None


_PIECES = st.one_of(
    st.sampled_from("$€12a/- \n0Kps("),
    st.sampled_from(["2.5", "1,000", "10", "½", "1/2", "half", "hundred", "twenty", "five"]),
    st.sampled_from(["million", "bn", "crore", "millions", "several", "third", "quarters"]),
    st.sampled_from(["dollars", "francs", "cents", "Rs", "Kenyan", "US", "of", "fils"]),
    st.sampled_from(["to", "and", "between", "or"]),
)


@given(
    text=st.one_of(st.text(), st.lists(_PIECES, max_size=12).map(" ".join)),
    start=st.integers(0, 40),
    end=st.integers(0, 80),
    countries=st.lists(st.sampled_from(["US", "FR", "KE", "CA", "XX", ""]), max_size=3),
)
@settings(max_examples=500, deadline=None)
def test_any_span_of_any_text_gives_a_sound_value(
    text: str, start: int, end: int, countries: list[str]
) -> None:
    value = money_value(text, start, end, countries)
    if value is None:
        return
    assert (value.amount_min is None) == (value.amount_max is None)
    if value.amount_min is not None and value.amount_max is not None:
        assert 0 <= value.amount_min <= value.amount_max
    assert value.currency is None or value.currency in currencies().users
    assert value_from_dict(value.to_dict()) == value


@given(number=st.integers(1, 999_999_999), places=st.integers(0, 2))
def test_an_amount_comes_back_as_it_was_written(number: int, places: int) -> None:
    amount = Decimal(number).scaleb(-places)
    value = value_of(f"${amount:,}")
    assert value is not None
    assert value.amount == amount

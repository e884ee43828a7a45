"""Labelled articles to fine-tune on."""

from geoner import Article, Document


def ships(count):
    """Articles with a label the shipped model never had."""
    names = ["Aurora", "Black Swan", "Corsair", "Dolphin", "Elbe Star", "Falcon", "Gannet"]
    ports = ["Rotterdam", "Lagos", "Busan", "Santos", "Piraeus"]
    articles = []
    for number in range(count):
        name, port = names[number % len(names)], ports[number % len(ports)]
        text = f"The tanker {name} left {port} for Iran on Monday. The {name} carried crude."
        first = len("The tanker ")
        second = text.index(name, first + 1)
        country = text.index("Iran")
        spans = [
            (first, first + len(name), "SHIP", 1.0),
            (second, second + len(name), "SHIP", 1.0),
            (country, country + 4, "COUNTRY", 1.0),
        ]
        articles.append(Article(str(number), Document.from_spans(text, spans)))
    return articles

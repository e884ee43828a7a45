"""Labelled articles to fine-tune on, and a model that they train in seconds."""

import json

from geoner import Article, Document
from geoner.extractor import SHIPPED_MODEL
from geoner.tokenization import TextTokenizer, WindowSettings


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


def write_tiny_base(folder):
    """Writes a base of two narrow layers that were never trained."""
    import torch
    from transformers import BertConfig, BertForTokenClassification

    torch.manual_seed(1)
    config = BertConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        type_vocab_size=3,
        hidden_dropout_prob=0.1,
    )
    BertForTokenClassification(config).save_pretrained(folder)
    written = json.loads((folder / "config.json").read_text())
    written["geoner"] = {"max_length": 512, "overlap": 128, "word_shapes": True}
    (folder / "config.json").write_text(json.dumps(written))
    TextTokenizer.from_pretrained(SHIPPED_MODEL, WindowSettings()).save(folder)

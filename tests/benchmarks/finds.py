"""An extractor whose reading a test knows beforehand."""

import re

from geoner import Document


class Finds:
    """An extractor that finds what a pattern finds."""

    def __init__(self, pattern, label="COUNTRY"):
        self.pattern, self.label = re.compile(pattern), label

    def extract_many(self, texts):
        for text in texts:
            spans = [(*match.span(), self.label, 1.0) for match in self.pattern.finditer(text)]
            yield Document.from_spans(text, spans)

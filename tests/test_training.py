import pytest

from geoner import Article, Document
from geoner.words import demonyms
from training import augmentation
from training.augmentation import PERSON, variants

TEXT = (
    "U.S. envoy Maria Lopez met Iranian leaders in Iran. Lopez said the 2015 nuclear deal "
    "had cost Iran $5 billion, and Tom Reed, a Tehran baker, agreed. The Bank of Iran was closed."
)


def labelled(*spans):
    result = []
    for text, label, nth in spans:
        start = -1
        for _ in range(nth):
            start = TEXT.index(text, start + 1)
        result.append((start, start + len(text), label, 1.0))
    return Article("a", Document.from_spans(TEXT, result))


ARTICLE = labelled(
    ("U.S.", "COUNTRY", 1),
    ("Maria Lopez", "OFFICIAL", 1),
    ("Iran", "COUNTRY", 2),
    ("Lopez", "OFFICIAL", 2),
    ("2015 nuclear deal", "AGREEMENT", 1),
    ("Iran", "COUNTRY", 3),
    ("$5 billion", "MONEY", 1),
)
BAKER = (TEXT.index("Tom Reed"), TEXT.index("Tom Reed") + 8, PERSON)
LABELS = [entity.label for entity in ARTICLE.document.entities]


@pytest.fixture(scope="module")
def copies():
    return list(variants([ARTICLE], [[BAKER]], 200, seed=1))


def test_labels_stay_and_their_texts_change(copies):
    assert all([e.label for e in copy.document.entities] == LABELS for copy in copies)
    for position in range(len(LABELS)):
        assert len({copy.document.entities[position].text for copy in copies}) > 20


def test_one_person_keeps_one_name(copies):
    for copy in copies:
        full, later = (e.text for e in copy.document.entities if e.label == "OFFICIAL")
        assert full.endswith(later)


def test_the_same_country_changes_everywhere(copies):
    changed = [copy for copy in copies if "iran" not in copy.text.lower()]
    assert len(changed) > 50  # countries, demonyms and names that hold them


def test_people_without_a_label_change_too(copies):
    assert sum("Tom Reed" not in copy.text for copy in copies) > 100
    assert all(e.label != PERSON for copy in copies for e in copy.document.entities)


def test_the_same_seed_gives_the_same_variants(copies):
    assert list(variants([ARTICLE], [[BAKER]], 200, seed=1)) == copies
    assert list(variants([ARTICLE], [[BAKER]], 200, seed=2)) != copies


def test_no_demonym_is_also_a_country_name():
    words = {word for words in demonyms().values() for word in words}
    assert not words & set(augmentation.country_codes())

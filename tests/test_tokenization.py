import itertools
import random
import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece

from geoner.errors import ModelError
from geoner.tokenization import (
    CHARACTERS_A_TOKEN,
    MOST_IN_A_WORD,
    PIECE_CHARACTERS,
    SHAPE_CAPITALISED,
    SHAPE_CAPITALS,
    SHAPE_OTHER,
    SINGLE_IN_A_ROW,
    SPARE_TOKENS,
    UNREAD_IN_A_ROW,
    TextTokenizer,
    TokenizedText,
    WindowSettings,
    windows,
    word_shape,
)

any_text = st.text(alphabet=st.characters(codec=None), max_size=200)


@given(st.integers(0, 5_000), st.integers(2, 300), st.data())
def test_windows_share_the_text_out(tokens, size, data):
    overlap = data.draw(st.integers(0, size - 1))
    result = windows(tokens, size, overlap)
    owned = [token for w in result for token in range(w.own_start, w.own_stop)]
    assert owned == list(range(tokens))
    for window in result:
        assert 0 <= window.start <= window.own_start < window.own_stop <= window.stop <= tokens
        assert window.stop - window.start <= size
    for left, right in itertools.pairwise(result):
        assert left.stop - right.start >= overlap


@given(st.integers(1, 2_000), st.integers(10, 200), st.data())
def test_each_token_is_judged_where_it_stands_farthest_from_a_cut(tokens, size, data):
    result = windows(tokens, size, data.draw(st.integers(0, size // 2)))

    def context(window, token):
        left = tokens if window.start == 0 else token - window.start
        right = tokens if window.stop == tokens else window.stop - 1 - token
        return min(left, right)

    for window in result:
        for token in {window.own_start, window.own_stop - 1}:
            best = max(context(w, token) for w in result if w.start <= token < w.stop)
            assert context(window, token) >= best - 1


@given(text=any_text)
def test_words_have_offsets_in_the_callers_string(tokenizer, text):
    tokenized = tokenizer(text)
    assert len(tokenized.heads) == len(tokenized.starts) == len(tokenized.ends)
    assert (tokenized.starts < tokenized.ends).all()
    assert (tokenized.ends[:-1] <= tokenized.starts[1:]).all()
    if len(tokenized.ends):
        assert tokenized.ends[-1] <= len(text)
    assert len(tokenized.shapes) == len(tokenized.ids)


def words(tokenizer, text):
    tokenized = tokenizer(text)
    return [text[s:e] for s, e in zip(tokenized.starts, tokenized.ends, strict=True)]


def test_words_split_at_punctuation_and_symbols(tokenizer):
    assert words(tokenizer, "U.S.-led £50m, Türkiye's") == [
        *("U", ".", "S", ".", "-", "led", "£", "50m", ",", "Türkiye", "'", "s")
    ]


def test_a_long_text_is_read_as_its_pieces(tokenizer):
    sentence = "Iran and the U.S. signed the Algiers Accords for $7.9 billion. "
    text = sentence * (3 * PIECE_CHARACTERS // len(sentence))
    expected = words(tokenizer, sentence) * (len(text) // len(sentence))
    assert words(tokenizer, text) == expected


def test_text_without_white_space_is_cut_all_the_same(tokenizer):
    text = "a-" * PIECE_CHARACTERS
    assert "".join(words(tokenizer, text)) == text


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("US", SHAPE_CAPITALS),
        ("U", SHAPE_CAPITALS),
        ("Us", SHAPE_CAPITALISED),
        ("McCain", SHAPE_CAPITALISED),
        ("us", SHAPE_OTHER),
        ("5bn", SHAPE_OTHER),
        ("中", SHAPE_OTHER),
    ],
)
def test_word_shapes(word, shape):
    assert word_shape(word) == shape


def test_batch_is_padded_and_masked(tokenizer):
    parts = []
    for text in ("Iran", "Iran and Iraq"):
        tokenized = tokenizer(text)
        parts += [(tokenized, window) for window in tokenizer.windows(tokenized)]
    inputs = tokenizer.inputs(parts)
    assert inputs["attention_mask"].tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]]
    assert inputs["token_type_ids"].tolist() == [[0, 1, 0, 0, 0], [0, 1, 0, 1, 0]]
    assert inputs["input_ids"].dtype == np.int64
    assert inputs["input_ids"][0, 1] == inputs["input_ids"][1, 1]


@pytest.mark.parametrize("content", [None, "", "{}", '{"version": "1.0"', '{"model": 3}'])
def test_a_file_that_is_no_tokenizer_is_named(tmp_path, content):
    if content is not None:
        (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        TextTokenizer.from_pretrained(tmp_path, WindowSettings())


def test_settings_come_from_the_configuration():
    assert WindowSettings.from_config({"max_position_embeddings": 128}) == WindowSettings(
        128, 32, False
    )
    named = {"geoner": {"max_length": 64, "overlap": 8, "word_shapes": True}}
    assert WindowSettings.from_config(named) == WindowSettings(64, 8, True)


@pytest.mark.parametrize("value", ["x", 1, None])
def test_word_shapes_are_there_or_not(value):
    with pytest.raises(ModelError, match="word_shapes must be true or false"):
        WindowSettings.from_config({"geoner": {"word_shapes": value}})


#: Characters that no English vocabulary has, each a word.
HAN = "".join(map(chr, range(0x20000, 0x20000 + 400)))

#: Characters of which it has some, each a word too.
KNOWN_HAN = "中国人民大学" * 60


@pytest.mark.parametrize("han", [HAN, KNOWN_HAN])
def test_a_long_run_of_unread_words_costs_as_much_as_a_short_one(tokenizer, han):
    tokenized = tokenizer(text := f"Iran met {han}, and Oman {han[:UNREAD_IN_A_ROW]} paid.")
    words = [text[s:e] for s, e in zip(tokenized.starts, tokenized.ends, strict=True)]
    assert words == [
        *("Iran", "met", *han[: UNREAD_IN_A_ROW - 1], han[UNREAD_IN_A_ROW - 1 :]),
        *(",", "and", "Oman", *han[:UNREAD_IN_A_ROW], "paid", "."),
    ]
    assert len(tokenized.ids) == len(tokenized.shapes) == len(words)
    assert (tokenized.heads == np.arange(len(words))).all()


def test_words_of_many_pieces_are_left_out_whole(tokenizer):
    arabic = "وقعت إيران وعمان اتفاقا جديدا في مسقط يوم الاثنين بعد محادثات طويلة"
    tokenized = tokenizer(text := f"Iran said: {arabic}. Oman paid.")
    words = [text[s:e] for s, e in zip(tokenized.starts, tokenized.ends, strict=True)]
    few = arabic.split()[: UNREAD_IN_A_ROW - 1]
    rest = arabic[len(" ".join(few)) + 1 :]
    assert words == ["Iran", "said", ":", *few, rest, ".", "Oman", "paid", "."]
    alone = [tokenizer(word).ids.tolist() for word in [*words[:7], rest.split()[0], *words[8:]]]
    assert tokenized.ids.tolist() == list(itertools.chain.from_iterable(alone))
    lengths = map(len, alone[:-1])
    assert tokenized.heads.tolist() == list(itertools.accumulate(lengths, initial=0))


@pytest.mark.parametrize("line", ["-" * 70, "* " * 40, "=-" * 30, "[(" + "." * 50 + ")]"])
def test_a_ruled_line_costs_as_much_as_a_few_marks(tokenizer, line):
    tokenized = tokenizer(text := f"Iran met Oman\n{line}\n$5 million was paid.")
    words = [text[s:e] for s, e in zip(tokenized.starts, tokenized.ends, strict=True)]
    marks = words[3:-6]
    assert words[:3] == ["Iran", "met", "Oman"]
    assert words[-6:] == ["$", "5", "million", "was", "paid", "."]
    assert len(marks) == UNREAD_IN_A_ROW
    assert "".join(marks).replace(" ", "") == line.replace(" ", "")


def test_single_characters_without_end_cost_as_much_as_some(tokenizer):
    tokenized = tokenizer(text := "The U.S.S.R. paid. " + "U.S." * 500 + " The U.S.A. paid.")
    words = [text[s:e] for s, e in zip(tokenized.starts, tokenized.ends, strict=True)]
    assert words[:11] == ["The", *"U.S.S.R.", "paid", "."]
    assert words[11 : 11 + SINGLE_IN_A_ROW - 1] == [*("U.S." * 10)][:-1]
    assert words[11 + SINGLE_IN_A_ROW - 1] == "." + "U.S." * 490
    assert words[-9:] == ["The", *"U.S.A.", "paid", "."]


def test_a_vocabulary_of_another_script_reads_it():
    pieces = ["[UNK]", "[CLS]", "[SEP]", "iran", "中", "国", "人", "民"]
    own = Tokenizer(WordPiece({piece: k for k, piece in enumerate(pieces)}, unk_token="[UNK]"))
    own.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    own.normalizer = normalizers.BertNormalizer()
    own.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    tokenized = TextTokenizer(own, WindowSettings())("Iran " + "中国人民" * 9 + "\U00020000" * 9)
    assert len(tokenized.heads) == 1 + 36 + UNREAD_IN_A_ROW


def test_ordinary_texts_have_no_long_run_of_unknown_words(tokenizer, seeds, monkeypatch):
    texts = [article.text for article in seeds]
    ours = [tokenizer(text) for text in texts]
    monkeypatch.setattr("geoner.tokenization.UNREAD_IN_A_ROW", 1_000_000)
    for text, found in zip(texts, ours, strict=True):
        whole = tokenizer(text)
        assert found.ids.tolist() == whole.ids.tolist()
        assert found.ends.tolist() == whole.ends.tolist()


def test_names_are_found_around_a_run_of_unknown_words(extractor):
    text = f"Talks between Iran {HAN} and Oman resumed."
    found = extractor.extract(text).entities
    assert [(e.text, e.start) for e in found] == [("Iran", 14), ("Oman", text.index("Oman"))]


#: Signs, letters and digits at random: nothing that any language has for long.
DENSE = "".join(random.Random(3).choices(string.ascii_letters + string.digits + "$%&/.:", k=9_000))


def test_passages_at_random_are_read_in_part_and_what_stands_around_them_whole(tokenizer):
    before, after = "Iran met Oman. ", " $5 million was paid to the U.S. by Oman. " * 20
    tokenized = tokenizer(text := before + DENSE + after)
    words = [text[s:e] for s, e in zip(tokenized.starts, tokenized.ends, strict=True)]
    assert words[:4] == ["Iran", "met", "Oman", "."]
    assert words[-9:] == ["to", "the", *"U.S.", "by", "Oman", "."]
    assert max(np.diff(tokenized.ends)) > SPARE_TOKENS  # what is left out is in no word
    assert len(tokenized.ids) <= len(text) / CHARACTERS_A_TOKEN + SPARE_TOKENS


def test_no_mention_reaches_over_what_is_not_read(extractor, tokenizer):
    draw = random.Random(1)
    prices = " ".join(f"${draw.uniform(0, 10):.1f}" for _ in range(1_500))
    for text in (prices, prices.replace(" ", "-"), f"Iran paid {prices} to Oman."):
        starts, ends = tokenizer(text).starts, tokenizer(text).ends
        assert max(*(starts[1:] - ends[:-1]), *(ends - starts)) > 40  # some of it is not read
        assert all(len(e.text) < 2 * MOST_IN_A_WORD for e in extractor.extract(text).entities)


def test_a_mention_ends_where_words_are_far_apart():
    none = np.zeros(0, dtype=np.int64)
    starts = np.array([0, 5, 8, 300, 310, 700])
    ends = np.array([4, 7, 20, 309, 650, 704])
    words = TokenizedText(none, none, none, starts, ends)
    assert [words.unbroken(0, stop) for stop in (1, 2, 3, 4, 6)] == [1, 2, 3, 3, 3]
    assert [words.unbroken(first, 6) for first in (3, 4, 5)] == [4, 4, 6]


@given(st.lists(st.sampled_from(["U.S. ", "$1 ", "q7#", "Zx!", "the ", "Iran ", "\n"]), max_size=9))
def test_no_text_has_more_tokens_than_its_length_allows(tokenizer, parts):
    text = "".join(parts) * 200
    tokenized = tokenizer(text)
    assert len(tokenized.ids) <= len(text) / CHARACTERS_A_TOKEN + SPARE_TOKENS
    assert len(tokenized.heads) == len(tokenized.starts) == len(tokenized.ends)
    assert (tokenized.starts[1:] >= tokenized.ends[:-1]).all()
    assert (np.diff(tokenized.heads) > 0).all()


@given(text=any_text)
def test_a_text_has_at_most_a_token_a_character(tokenizer, text):
    assert len(tokenizer(text).ids) <= len(text)


def test_english_has_a_token_for_four_to_five_characters(tokenizer, seeds):
    characters = sum(len(article.text) for article in seeds)
    tokens = sum(len(tokenizer(article.text).ids) for article in seeds)
    assert 4 < characters / tokens < 5

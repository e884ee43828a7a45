from geoner import CountryValue, Document
from geoner.values.resolve import countries_named, resolve


def document(text, *spans):
    return Document.from_spans(
        text,
        [(text.index(part), text.index(part) + len(part), label, 1.0) for part, label in spans],
    )


def test_each_country_gets_its_value():
    found = resolve(document("Chad left Zaire.", ("Chad", "COUNTRY"), ("Zaire", "COUNTRY")))
    assert [entity.value for entity in found.entities] == [
        CountryValue("TD", "TCD", "Chad"),
        CountryValue(None, "ZRCD", "Zaire", "former"),
    ]
    assert all(entity.candidates == () for entity in found.entities)
    assert found.text == "Chad left Zaire."


def test_where_the_text_does_not_say_there_are_candidates():
    (congo,) = resolve(document("It rained in Congo.", ("Congo", "COUNTRY"))).entities
    assert congo.value is None
    assert {candidate.alpha_2 for candidate in congo.candidates} == {"CD", "CG"}
    (congo,) = resolve(document("Kinshasa, Congo", ("Congo", "COUNTRY"))).entities
    assert congo.value.alpha_2 == "CD"
    assert congo.candidates == ()


def test_labels_that_no_resolver_knows_stay_as_they_are():
    before = document("Chad grows. Atlantis sinks.", ("Chad", "PLACE"), ("Atlantis", "PLACE"))
    assert resolve(before) == before
    (unknown,) = resolve(document("Atlantis sinks.", ("Atlantis", "COUNTRY"))).entities
    assert (unknown.value, unknown.candidates) == (None, ())


def test_resolving_twice_changes_nothing():
    once = resolve(document("Congo, Chad", ("Congo", "COUNTRY"), ("Chad", "COUNTRY")))
    assert resolve(once) == once


def test_countries_of_a_document_most_often_spoken_of_first():
    text = "Canberra hopes. Australian miners sell to Chad and to Norwegian banks in Australia."
    found = resolve(document(text, ("Chad", "COUNTRY"), ("Australia", "COUNTRY")))
    assert countries_named(found)[0] == "AU"
    assert set(countries_named(found)) == {"AU", "TD", "NO"}


def test_names_inside_other_mentions_do_not_speak_of_their_country():
    text = "Berlin hailed the Paris Agreement. Ada Warsaw did not."
    found = resolve(document(text, ("Paris Agreement", "AGREEMENT"), ("Ada Warsaw", "OFFICIAL")))
    assert countries_named(found) == ("DE",)

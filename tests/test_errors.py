import pickle

from geoner.errors import MissingExtraError


def test_a_missing_extra_can_be_said_by_another_process():
    error = MissingExtraError("Parquet", "archives")
    assert str(error) == "Parquet needs an extra: pip install 'geoner[archives]'"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (MissingExtraError, str(error))

"""Every duty says of random registers what its oracle does: 500 pupils' registers of each family."""

import pytest
from tests.oracles import FAMILIES, compared

PUPILS = 500
SEED = 10**6
"""Other registers than those of the benchmark, which begin at 0."""


@pytest.mark.parametrize("family", FAMILIES)
def test_the_duties_say_what_the_oracle_says(family: str, capsys: pytest.CaptureFixture[str]) -> None:
    *_, pupils = compared(family, PUPILS, SEED)
    with capsys.disabled():
        print(f" {family}: {pupils} pupils' registers ", end="")  # noqa: T201  (the count is to be seen)


def test_a_disagreement_names_the_register_that_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def compare(seed: int) -> int:
        assert seed != 8
        return 3

    monkeypatch.setattr("tests.oracles.daily.compare", compare)
    assert list(compared("daily", 7, 5)) == [3, 6, 9]
    with pytest.raises(AssertionError) as caught:
        list(compared("daily", 20, 5))
    assert caught.value.__notes__ == ["daily: the oracle disagrees on the register of seed 8"]

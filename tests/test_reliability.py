"""The arithmetic of believing probabilities, against sums done by hand."""

from __future__ import annotations

import math
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.evaluation.reliability import measure, report, svg, table


def test_perfect_probabilities_have_no_error() -> None:
    perfect = measure([0.0, 0.0, 1.0, 1.0], [False, False, True, True])
    assert (perfect.calibration_error, perfect.auc, perfect.brier) == (0.0, 1.0, 0.0)


def test_figures_are_those_of_a_sum_by_hand() -> None:
    found = measure([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
    # Of the four pairs of one that came true and one that did not, three are in order.
    assert found.auc == pytest.approx(0.75)
    assert found.brier == pytest.approx((0.01 + 0.16 + 0.4225 + 0.04) / 4)
    assert found.calibration_error == pytest.approx((0.1 + 0.4 + 0.65 + 0.2) / 4)


def test_bins_average_before_they_are_compared() -> None:
    found = measure([0.52, 0.58], [True, False])
    assert found.bins[5].count == 2
    assert found.calibration_error == pytest.approx(abs(0.55 - 0.5))


def test_equal_probabilities_tell_nothing_apart() -> None:
    assert measure([0.5] * 4, [True, False, True, False]).auc == 0.5


def test_one_outcome_only_has_no_auc() -> None:
    assert math.isnan(measure([0.2, 0.9], [True, True]).auc)


def test_edges_fall_into_the_bin_above_and_one_into_the_last() -> None:
    found = measure([0.0, 0.1, 0.95, 1.0], [False, False, True, True])
    assert [b.count for b in found.bins] == [1, 1, 0, 0, 0, 0, 0, 0, 0, 2]


def test_interval_holds_the_share_and_narrows_with_more_cases() -> None:
    few = measure([0.75] * 4, [True, True, True, False]).bins[7]
    many = measure([0.75] * 400, [True, True, True, False] * 100).bins[7]
    assert few.least < many.least < 0.75 < many.most < few.most


@pytest.mark.parametrize(
    ("probabilities", "outcomes"),
    [([], []), ([0.5], [True, False]), ([1.2], [True]), ([math.nan], [True])],
)
def test_what_cannot_be_measured_is_refused(
    probabilities: list[float], outcomes: list[bool]
) -> None:
    with pytest.raises(ValueError):
        measure(probabilities, outcomes)


def test_table_has_a_line_a_bin_between_head_and_sum() -> None:
    lines = table(measure([0.05, 0.95], [False, True])).splitlines()
    assert len(lines) == 12
    assert "0.950       1.000" in lines[10]
    assert "ROC AUC 1.000" in lines[-1]


def test_picture_is_whole_xml_with_a_point_for_each_filled_bin() -> None:
    drawn = svg(measure([0.05, 0.45, 0.95], [False, True, True]), title="Before & after <gate>")
    tree = ElementTree.fromstring(drawn)
    points = tree.findall("{http://www.w3.org/2000/svg}circle")
    assert len(points) == 3
    assert tree.findtext("{http://www.w3.org/2000/svg}title") == "Before & after <gate>"


def test_report_prints_the_table_and_writes_the_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "gate.svg"
    found = report([0.2, 0.7], [False, True], title="The gate", picture=picture)
    assert table(found) in capsys.readouterr().out
    assert picture.read_text(encoding="utf-8").startswith("<svg")

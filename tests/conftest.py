"""Settings of all tests, and a standard with an invented edition."""

from __future__ import annotations

import gc
import inspect
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from made_standards import copied, use, with_edition

from careplan_csv.standard import standard

# Programs that tests start are compiled once, as pip compiles what it installs; not at every start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Tests keep many objects to the end: looking through all of them again and again took a twentieth of the time.
gc.set_threshold(100_000, 20, 50)

# Other tests keep the machine busy: how long one example takes says nothing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="module")
def next_edition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The package with one more edition (`made_standards.NEXT`), the newest."""
    with pytest.MonkeyPatch.context() as patch:
        use(with_edition(copied(tmp_path_factory.mktemp("next-edition"))), patch)
        yield
    standard.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def equal_files_are_read_once() -> Iterator[None]:
    """Kits, runs and packages hold the same files again and again: their records are read once in a process."""
    from in_process import files_once

    with pytest.MonkeyPatch.context() as patch:
        files_once(patch)
        yield


TESTS = Path(__file__).parent
RULE_ID = re.compile(r"\b[NECFRTBH][0-9]{3}\b")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Parameters that hold rule ids are named by them, for instance a list of expected findings."""
    if isinstance(val, str) or not isinstance(val, (list, tuple, dict, set, frozenset)):
        return None
    found = dict.fromkeys(RULE_ID.findall(repr(val)))
    return "+".join(found) or None


SLOW = (
    "conformance",
    "reference",
    "proof",
    "synthesis",
    "cli",
    "reporting",
    "anonymization",
    "forms",
    "submissions",
    "subsidies",
    "waivers",
    "web",
    "checker/test_small_files.py",
    "checks/test_bundles.py",
    "checks/test_encoding.py",
    "checks/test_compact.py",
    "checks/test_crossing.py",
    "checks/test_incomplete_groups.py",
    "checks/test_lost_characters.py",
    "checks/test_masking.py",
    "checks/test_new_edition.py",
    "checks/test_registration.py",
    "checks/test_service_codes.py",
    "checks/test_sums.py",
    "checks/test_whole_folders.py",
    "reading/test_columns.py",
    "reading/test_structure.py",
    "test_corpus.py",
    "test_distributions.py",
    "test_docs.py",
    "test_glossary.py",
    "test_pages.py",
    "test_python_api.py",
    "test_site.py",
)
"""Folders and files of tests that take long: `make test-fast` leaves them out."""

FAST = "not slow and not long"
"""The tests that `make test-fast` asks for."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than processors: some tests wait for servers, browsers and programs that hang."""
    usable = os.sched_getaffinity(0) if sys.platform == "linux" else range(os.cpu_count() or 1)
    return 1 + len(usable)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """`make test-fast` does not even import the slow tests."""
    return True if config.option.markexpr == FAST and _is_slow(collection_path) else None


def _is_slow(path: Path) -> bool:
    return path.relative_to(TESTS).as_posix().startswith(SLOW)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark slow tests; and let `pytest -k R501` run every test that names the rule, in its parameters or its text."""
    if _is_slow(item.path):
        item.add_marker(pytest.mark.slow)
    item.extra_keyword_matches.update(RULE_ID.findall(item.name))
    if isinstance(item, pytest.Function):
        item.extra_keyword_matches.update(_named_in(item.function))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first: at the end, small ones keep every process busy."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@cache
def _named_in(function: object) -> frozenset[str]:
    return frozenset(RULE_ID.findall(inspect.getsource(function)))  # type: ignore[arg-type]  # a test function

"""The address of a database of trials: read, refused, and kept without its password."""

import pytest
from helpers.refusals import refused

from gatelab.errors import StudyError
from gatelab.searching import address, where
from gatelab.searching.address import checked, is_same, without_secrets


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_an_address_is_read_with_its_password(scheme):
    read = checked(f"{scheme}://me:s%40{{c@host:99/lab?sslmode=require&password=other")
    assert read.startswith("postgresql+psycopg://me:s%40%7Bc@host:99/lab?")  # braces: see Optuna
    kept = "postgresql://me@host:99/lab?sslmode=require"
    assert without_secrets(read) == kept
    assert checked(kept) == checked(without_secrets(checked(kept)))


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ("mysql://me:secret@host/lab", "begins with mysql://"),
        ("sqlite:///trials.db", "begins with sqlite://.*without --storage in a file"),
        ("postgresql+psycopg2://host/lab", "psycopg2://"),
        ("postgresql://me:secret@host", "names no database"),
        ("postgresql://me:secret@host:port/lab", "cannot be read as an address"),
        ("lab", "'lab'; give the address"),
        (7, "7; give the address"),
    ],
)
def test_other_addresses_are_refused_in_a_line_without_the_password(given, wrong):
    with pytest.raises(StudyError, match=wrong) as caught:
        checked(given)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_psycopg_the_refusal_says_what_to_install(monkeypatch):
    monkeypatch.setattr(address, "find_spec", lambda name: None)
    with refused(StudyError, r"pip install 'gatelab\[postgres\]'"):
        checked("postgresql://host/lab")


def test_the_environment_s_address_is_checked_too(monkeypatch):
    monkeypatch.setenv(address.VARIABLE, "mysql://host/lab")
    with refused(StudyError, "GATELAB_STORAGE: storage begins with mysql"):
        address.from_environment()


def test_two_addresses_of_one_database_are_the_same_whoever_reads_it():
    assert is_same("postgresql://host/lab", "postgresql+psycopg://me:secret@host:5432/lab")
    assert is_same("postgresql:///lab?host=/run/x", "postgresql://me@/lab?host=/run/x")
    assert not is_same("postgresql://host/lab", "postgresql://host/other")
    assert not is_same("postgresql://host/lab", "postgresql://other/lab")


def test_the_environment_supplies_the_password_of_the_study_s_own_database_only(
    tmp_path, monkeypatch
):
    (tmp_path / "study.json").write_text('{"seed": 0, "storage": "postgresql://host/lab"}')
    assert where.address_of(tmp_path) == "postgresql+psycopg://host/lab"
    monkeypatch.setenv(address.VARIABLE, "postgresql://me:secret@host/lab")
    assert where.address_of(tmp_path) == "postgresql+psycopg://me:secret@host/lab"
    monkeypatch.setenv(address.VARIABLE, "postgresql://me:secret@127.0.0.1:1/lab")
    assert where.address_of(tmp_path) == "postgresql+psycopg://host/lab"


def test_a_study_in_a_file_stays_there(tmp_path, monkeypatch):
    (tmp_path / "study.json").write_text('{"seed": 0}')
    monkeypatch.setenv(address.VARIABLE, "postgresql://me:secret@host/lab")
    assert where.settled(tmp_path) is None
    assert where.address_of(tmp_path) is None
    with refused(StudyError, "are in its optuna.db: leave --storage out, or use another folder"):
        where.settled(tmp_path, checked("postgresql://host/lab"))

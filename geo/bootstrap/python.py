"""The project's own Python environment, front-end packages and translations: in `var/` and `node_modules/`."""

import importlib.util
import os
import secrets
import shutil
import sys
from pathlib import Path

from geo.bootstrap import debian
from geo.bootstrap.steps import PROJECT, VAR, SetupError, ask, clean_environment, run, say, step

VENV = VAR / "venv"
LOCK = PROJECT / "requirements.lock"
TOOLS_LOCK = PROJECT / "requirements-setup.lock"
CATALOGUES = PROJECT / "maps/locale"
SECRET_KEY = VAR / "secret_key"
VERSION = str(sys.version_info[:2])


def conda_environment() -> Path | None:
    """The active conda environment, if it is that of environment.yml (it has PostgreSQL) and not just `base`."""
    prefix = os.environ.get("CONDA_PREFIX")
    return Path(prefix) if prefix and (Path(prefix) / "bin/initdb").exists() else None


def programs() -> Path:
    """The folder of python, npm, gunicorn and all other programs of the environment."""
    return (conda_environment() or VENV) / "bin"


def prepare() -> None:
    """Everything but system packages and the database."""
    if conda_environment() is None:
        inputs = [LOCK, TOOLS_LOCK, VERSION]
        step(
            "Python packages",
            install_packages,
            inputs=inputs,
            outputs=[VENV / "bin/python", VENV / "bin/gunicorn"],
        )
    elif importlib.util.find_spec("django") is None:
        raise SetupError("The conda environment lacks Django: conda env update -f environment.yml --prune")
    assets = [PROJECT / "package-lock.json", PROJECT / "package.json"]
    step("front-end packages", install_assets, inputs=assets, outputs=[PROJECT / "node_modules/leaflet"])
    sources = sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po"))
    if sources:
        compiled = [path.with_suffix(".mo") for path in sources]
        step("translations", compile_catalogues, inputs=sources, outputs=compiled)
    keep_secret_key()


def install_packages() -> None:
    """The locked packages, by uv (5 s) or, where uv does not run, by pip (one to three minutes)."""
    python = make_environment()
    pip = [python, "-m", "pip"]
    try:
        run([*pip, "install", "--quiet", "--require-hashes", "-r", TOOLS_LOCK], env=pip_environment())
        run(
            [VENV / "bin/uv", "pip", "install", "--python", python, "--require-hashes", "-r", LOCK],
            env=uv_environment(python),
        )
    except SetupError as error:
        say(f"uv did not manage ({str(error).splitlines()[0]}); pip takes one to three minutes …")
        command = [*pip, "install", "--no-deps", "--require-hashes", "-r", LOCK]
        run(command, env=pip_environment(), hint="Is the network there? A mirror: export PIP_INDEX_URL=...")


def make_environment() -> Path:
    """A virtual environment of the Python that runs this, made anew if it is of another version or broken."""
    python = VENV / "bin/python"
    question = [python, "-c", "import sys, pip; print(sys.version_info[:2])"]
    if python.exists():
        answer = ask(question, env=clean_environment())
        if answer.stdout.strip() == VERSION:
            return python
        shutil.rmtree(VENV)
    interpreter = Path(sys.executable)
    if importlib.util.find_spec("ensurepip") is not None:
        run([interpreter, "-m", "venv", VENV], hint="sudo apt-get install python3-venv")
        return python
    wheel = debian.pip_wheel()
    if wheel is None:
        raise SetupError("This Python has no ensurepip: sudo apt-get install python3-venv")
    run([interpreter, "-m", "venv", "--without-pip", VENV])
    run([python, wheel / "pip", "install", "--no-index", wheel], env=pip_environment())
    return python


def pip_environment() -> dict[str, str]:
    return clean_environment() | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def uv_environment(python: Path) -> dict[str, str]:
    """uv does not read pip's settings; the mirror and certificate that the user chose for pip are for it too."""
    environment = clean_environment() | {"UV_NO_PROGRESS": "1"}
    mirror = _pip_setting(python, "index-url", "PIP_INDEX_URL")
    if mirror and "UV_DEFAULT_INDEX" not in environment and "UV_INDEX_URL" not in environment:
        environment["UV_DEFAULT_INDEX"] = mirror
    certificate = _pip_setting(python, "cert", "PIP_CERT")
    if certificate:
        environment.setdefault("SSL_CERT_FILE", certificate)
    return environment


def _pip_setting(python: Path, name: str, variable: str) -> str:
    if variable in os.environ:
        return os.environ[variable]
    command = [python, "-m", "pip", "config", "get", f"global.{name}"]
    return ask(command, env=pip_environment()).stdout.strip()


def install_assets() -> None:
    npm = programs() / "npm"
    path = f"{npm.parent}{os.pathsep}{os.environ['PATH']}"
    environment = debian.with_node_libraries(clean_environment() | {"PATH": path})
    run([npm, "ci", "--ignore-scripts"], env=environment, hint="Is the network there?")


def compile_catalogues() -> None:
    for domain in ("django", "djangojs"):
        if any(CATALOGUES.glob(f"*/LC_MESSAGES/{domain}.po")):
            run([programs() / "pybabel", "compile", "-d", CATALOGUES, "-D", domain], env=clean_environment())


def keep_secret_key() -> None:
    """A random key, made once, readable by its owner only."""
    if os.environ.get("SECRET_KEY") or SECRET_KEY.exists():
        return
    descriptor = os.open(SECRET_KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_urlsafe(50) + "\n")

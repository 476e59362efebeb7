"""The private cluster, made anew in a temporary project folder."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from geo.postgres import APP_ROLE, DATABASE, PROJECT, ROLE, Cluster, ClusterError


def query(cluster, statement, *, rows=True, user=ROLE):
    settings = cluster.database_settings()
    connection = psycopg2.connect(
        dbname=settings["NAME"], user=user, host=settings["HOST"], port=settings["PORT"]
    )
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if rows else None
    finally:
        connection.close()


def postmaster(cluster):
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("project"))
    cluster.ensure_running()
    yield cluster
    cluster.destroy()


@pytest.fixture
def unmade(tmp_path):
    cluster = Cluster(tmp_path)
    yield cluster
    if cluster.socket_folder.is_symlink():
        cluster.socket_folder.unlink()
    cluster.destroy()


def test_asking_for_the_settings_starts_nothing(unmade):
    settings = unmade.database_settings()
    assert settings == {"NAME": DATABASE, "USER": ROLE, "HOST": str(unmade.socket_folder), "PORT": "5432"}
    assert list(unmade.project.iterdir()) == []
    assert not unmade.is_running()


def test_the_socket_s_path_fits_however_deep_the_project_lies():
    deep = Cluster(Path("/home") / ("爱心" * 200) / "jieli")
    assert len(os.fsencode(deep.socket_folder / ".s.PGSQL.5432")) < 107


def test_two_projects_have_two_sockets():
    assert Cluster(Path("/srv/one")).socket_folder != Cluster(Path("/srv/two")).socket_folder


def test_it_has_postgis_and_keeps_what_it_answered(cluster):
    assert query(cluster, "SELECT ST_AsText(ST_Point(121.5, 31.2))") == [("POINT(121.5 31.2)",)]
    for name in ("fsync", "synchronous_commit"):
        assert query(cluster, f"SHOW {name}") == [("on",)]


def test_it_is_reached_by_its_socket_only_and_by_nobody_else(cluster):
    assert query(cluster, "SHOW listen_addresses") == [("",)]
    for folder in (cluster.socket_folder, cluster.data):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_owner_s_role_is_no_superuser_but_may_clone_the_postgis_template(cluster):
    assert query(cluster, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]
    query(cluster, "CREATE DATABASE scratch TEMPLATE template_postgis", rows=False)
    query(cluster, "DROP DATABASE scratch", rows=False)


def test_a_cluster_from_before_the_application_had_a_role_of_its_own_gets_one(cluster):
    query(cluster, f"DROP ROLE {APP_ROLE}", rows=False, user="postgres")
    cluster.ensure_running()
    found = "SELECT current_user, rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    assert query(cluster, found, user=APP_ROLE) == [(APP_ROLE, False, False)]


def test_a_second_start_reuses_the_running_server(cluster):
    before = postmaster(cluster)
    assert cluster.ensure_running() == cluster.database_settings()
    assert postmaster(cluster) == before


def test_a_committed_row_survives_kill_9(cluster):
    query(cluster, "CREATE TABLE survivor (name text)", rows=False)
    query(cluster, "INSERT INTO survivor VALUES ('爱心接力站')", rows=False)
    killed = postmaster(cluster)
    os.kill(killed, signal.SIGKILL)
    cluster.ensure_running()
    assert postmaster(cluster) != killed
    assert query(cluster, "SELECT name FROM survivor") == [("爱心接力站",)]


@pytest.mark.parametrize("kind", ["a zombie", "another living process"])
def test_it_starts_although_the_killed_server_s_number_belongs_to(cluster, kind):
    zombie = subprocess.Popen(["true"])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    cluster.stop()
    number = zombie.pid if kind == "a zombie" else os.getpid()
    (cluster.data / "postmaster.pid").write_text(f"{number}\n{cluster.data}\n")
    (cluster.socket_folder / ".s.PGSQL.5432.lock").write_text(f"{number}\n")
    assert not cluster.is_running()
    cluster.ensure_running()
    assert query(cluster, "SELECT 1") == [(1,)]
    zombie.wait()


def test_it_starts_after_a_reboot_emptied_the_temporary_folder(cluster):
    cluster.stop()
    cluster.socket_folder.rmdir()
    cluster.ensure_running()
    assert cluster.is_running()


def test_stopping_is_clean_and_says_whether_there_was_anything_to_stop(cluster):
    assert cluster.stop() is True
    assert cluster.stop() is False
    assert not cluster.is_running()
    cluster.ensure_running()
    assert "was not properly shut down" not in cluster.log.read_text().rpartition("shutting down")[2]


def test_two_processes_at_once_make_one_cluster(unmade):
    code = f"""
import sys; from pathlib import Path; from geo.postgres import Cluster
cluster = Cluster(Path({str(unmade.project)!r})); cluster.ensure_running()
print((cluster.data / "postmaster.pid").read_text().split()[0])
"""
    together = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=PROJECT)
        for _ in range(2)
    ]
    answers = [process.communicate()[0] for process in together]
    assert [process.returncode for process in together] == [0, 0]
    assert answers[0] == answers[1] == f"{postmaster(unmade)}\n"


def test_an_interrupted_initdb_leaves_no_half_cluster(unmade):
    (unmade.folder / "data.unfinished" / "base").mkdir(parents=True)
    unmade.ensure_running()
    assert query(unmade, "SELECT 1") == [(1,)]


def test_a_socket_folder_that_somebody_else_laid_out_is_refused(unmade, tmp_path_factory):
    unmade.socket_folder.symlink_to(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(ClusterError, match=f"Remove it: rm -r {unmade.socket_folder}"):
        unmade.ensure_running()


def test_a_cluster_of_another_version_is_refused_with_what_to_do(unmade):
    unmade.data.mkdir(parents=True)
    (unmade.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(ClusterError, match=r"made by PostgreSQL 9, .*\./run destroy --yes"):
        unmade.ensure_running()


def test_destroying_leaves_neither_data_nor_socket(unmade):
    unmade.ensure_running()
    unmade.destroy()
    assert not unmade.folder.exists()
    assert not unmade.socket_folder.exists()

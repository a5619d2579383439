"""Who may speak with the desk: forged hosts, origins, tokens and paths are refused, and none reaches the disk."""

import json

import pytest

pytest.importorskip("httpx", reason="needs httpx")
testclient = pytest.importorskip("starlette.testclient", reason="needs starlette")

from model.desk.app import Desk, app  # noqa: E402
from model.desk.guard import MOST_BYTES  # noqa: E402
from tests.conftest import INSTANCES  # noqa: E402

HOST = "127.0.0.1:4321"
OWN = {"Origin": f"http://{HOST}", "X-Desk-Token": "secret"}


class Answering(Desk):
    """A desk whose workers are this process."""

    def __init__(self):
        super().__init__(INSTANCES / "two-country")
        self.asked = []

    def start(self):
        for hand in (self.moving, self.checking):
            hand.call = self.call

    def call(self, what, about):
        self.asked.append((what, about))
        return json.dumps({"heard": what}).encode()


@pytest.fixture
def desk():
    return Answering()


@pytest.fixture
def client(desk):
    with testclient.TestClient(app(desk, 4321, "secret"), base_url=f"http://{HOST}") as found:
        yield found


def test_the_own_page_is_answered(client, desk):
    assert client.get("/?token=secret").status_code == 200
    assert client.post("/api/move", json={"a": 1}, headers=OWN).json() == {"heard": "move"}
    assert desk.asked == [("move", {"a": 1})]
    assert client.get("/assets/desk.js").headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:4321"},
        {"Host": "127.0.0.1:4322"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:4321@evil.example"},
        {"Host": f"{HOST}/assets/"},
        {"Host": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"https://{HOST}"},
        {"Origin": "http://127.0.0.1:4322"},
        {"Origin": ""},
        {"X-Desk-Token": "wrong"},
        {"X-Desk-Token": ""},
        {"X-Desk-Token": "Secret"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Length": str(MOST_BYTES + 1)},
        {"Content-Length": "-1"},
    ],
    ids=str,
)
def test_a_forged_header_is_refused(client, desk, headers):
    answer = client.post("/api/move", json={}, headers={**OWN, **headers})
    assert answer.status_code in (400, 403, 413)
    assert desk.asked == []
    assert "Refused" in answer.text


@pytest.mark.parametrize("left_out", ["Origin", "X-Desk-Token"])
def test_a_header_that_is_missing_is_refused(client, desk, left_out):
    headers = {key: value for key, value in OWN.items() if key != left_out}
    assert client.post("/api/move", json={}, headers=headers).status_code == 403
    assert desk.asked == []


def test_two_hosts_or_two_origins_are_refused(client, desk):
    for double in ([("Host", HOST), ("Host", "evil.example")], [("Origin", OWN["Origin"]), ("Origin", "null")]):
        headers = [*((k, v) for k, v in OWN.items() if k != double[0][0]), *double]
        assert client.post("/api/move", json={}, headers=headers).status_code in (400, 403)
    assert desk.asked == []


def test_the_token_of_an_address_does_not_open_the_requests(client, desk):
    headers = {key: value for key, value in OWN.items() if key != "X-Desk-Token"}
    assert client.post("/api/move?token=secret", json={}, headers=headers).status_code == 403
    assert client.get("/?token=wrong").status_code == 403
    assert client.get("/").status_code == 403
    assert client.get("/?token=secret&token=secret").status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_refused(client, method):
    answer = client.request(method, "/api/move", headers=OWN)
    assert answer.status_code == 405
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../guard.py",
        "/assets/..%2fguard.py",
        "/assets/%2e%2e%2f%2e%2e%2fbase%2ferrors.py",
        "/assets//etc/passwd",
        "/assets/guard.py",
        "/assets/desk.html%00.js",
        "/assets/",
        "/instances/two-country/instance.toml",
    ],
)
def test_no_path_leads_out_of_the_list_of_files(client, path):
    answer = client.get(path, headers={"X-Desk-Token": "secret"})
    assert answer.status_code in (400, 404)
    assert "import" not in answer.text


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a": NaN}', '{"a": 1e999999}'[:-1], "\x00"])
def test_what_is_no_json_is_refused(client, desk, text):
    answer = client.post("/api/move", content=text, headers=OWN)
    assert answer.status_code == 400
    assert desk.asked == []


def test_the_page_may_load_nothing_from_elsewhere(client):
    headers = client.get("/?token=secret").headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "connect-src 'self'" in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers

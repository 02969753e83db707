"""Every operation of the API has a cost, which its description tells; simple reads are the unit."""

from lodestone_gateway.app import describe_http
from lodestone_gateway.rates.costs import EXPORT, EXTRACT, FILE, HISTORY, READ, TYPESET, WRITE, cost_of

OPERATIONS = {
    (method.upper(), path): operation
    for path, methods in describe_http()["paths"].items()
    for method, operation in methods.items()
    if path.startswith("/api/")
}


def test_each_operation_tells_its_cost_and_how_it_refuses() -> None:
    for (method, path), operation in OPERATIONS.items():
        refusal = operation["responses"]["429"]
        assert f"counts as {cost_of(method, path)};" in refusal["description"]
        assert {"Retry-After", "RateLimit", "RateLimit-Policy"} == set(refusal["headers"])


def test_what_costs_more_than_a_read() -> None:
    costs = {operation: cost_of(*operation) for operation in OPERATIONS}

    dear_writes = {path: cost for (method, path), cost in costs.items() if method != "GET" and cost != WRITE}
    assert dear_writes == {"/api/sources/files": EXTRACT}
    dear = {path: cost for (method, path), cost in costs.items() if method == "GET" and cost != READ}
    assert dear == {
        "/api/account/export": EXPORT,
        "/api/events": HISTORY,
        "/api/jobs/{job_id}/events": HISTORY,
        "/api/lead-magnets/{lead_magnet_id}/exports/{file}": FILE,
    }


def test_a_file_that_a_process_typesets_costs_more() -> None:
    costs = {end: cost_of("GET", f"/api/lead-magnets/1/exports/page.{end}") for end in ("md", "pdf", "docx")}

    assert costs == {"md": FILE, "pdf": TYPESET, "docx": TYPESET}

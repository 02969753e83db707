"""Variables that nobody reads are named, with the one that was probably meant."""

from lodestone.settings import unknown_variables


def test_a_misspelt_variable_is_named_with_the_nearest() -> None:
    env = {"LODESTONE_RATE_LIMT": "1", "LODESTONE_SLOT": "1", "LODESTONE_ANTHROPIC_APIKEY": "k"}

    assert unknown_variables(env) == {
        "LODESTONE_RATE_LIMT": "LODESTONE_RATE_LIMIT",
        "LODESTONE_SLOT": "LODESTONE_SLOTS",
        "LODESTONE_ANTHROPIC_APIKEY": "LODESTONE_ANTHROPIC_API_KEY",
    }


def test_a_variable_that_is_like_none_is_named_alone() -> None:
    assert unknown_variables({"LODESTONE_COFFEE": "1"}) == {"LODESTONE_COFFEE": None}


def test_what_some_process_or_tool_reads_is_known() -> None:
    names = (
        "NATS_URL",
        "DATABASE_URLS",
        "SLOTS",
        "PORT",
        "READY_FILE",
        "LOCAL",
        "NATS_PASSWORD_RELAY",
        "TEST_X",
    )

    assert unknown_variables({f"LODESTONE_{name}": "" for name in names} | {"LODE": ""}) == {}

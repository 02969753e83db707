"""What a command says about the database, in one sentence."""

import psycopg
import pytest
from lodestone.errors import Misconfigured
from lodestone_gateway.in_words import in_words


@pytest.mark.parametrize("secret", ["pass", "p@ss/word", "//p//@"])
def test_no_password_is_said(secret: str) -> None:
    told = f'cannot use "postgresql://user:{secret}@db.example.com:5432/app" here'

    with pytest.raises(Misconfigured) as said, in_words():
        raise psycopg.OperationalError(told)

    assert str(said.value).endswith('cannot use "postgresql://…@db.example.com:5432/app" here')

"""Which hooks the three posts get."""

import pytest
from lodestone.jobs.posts import AudienceStyle, PostsInput
from lodestone_content.posts.hooks import HookType, hooks_for
from support.samples import example_input


def work(**changes: str) -> PostsInput:
    return PostsInput.model_validate(example_input("posts") | changes)


@pytest.mark.parametrize("style", AudienceStyle)
@pytest.mark.parametrize("proof", ["", "11% to 24% in nine months"])
def test_three_different_hooks_for_every_style(style: AudienceStyle, proof: str) -> None:
    hooks = hooks_for(work(audienceStyle=style, proof=proof))

    assert len(hooks) == len(set(hooks)) == 3


def test_a_result_goes_first_where_there_is_proof_and_is_left_out_where_there_is_none() -> None:
    assert hooks_for(work())[0] is HookType.SPECIFIC_RESULT
    assert HookType.SPECIFIC_RESULT not in hooks_for(work(proof=" "))

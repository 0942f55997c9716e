"""Our sampling draws what transformers' would."""

import pytest
import torch

PROMPTS = ["Show that n + 1 is odd.", "Let a be even. Prove that a + 2 is even for every b.", "x"]


@pytest.fixture(scope="module")
def model_and_prompts(base):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32).eval()
    prompts = [
        list(tokenizer.apply_chat_template(
            [{"role": "user", "content": text}], add_generation_prompt=True, return_dict=False))
        for text in PROMPTS
    ]  # fmt: skip
    return model, tokenizer, prompts


def drawn(model, tokenizer, prompts, counts, **changes):
    from crossfade_train._trl import sample

    request = {
        "most": 24, "temperature": 1.0, "ends": [tokenizer.eos_token_id],
        "pad": tokenizer.pad_token_id,
    }  # fmt: skip
    return sample(model, prompts, counts, **request | changes)


def test_at_low_temperature_it_is_greedy_generation(model_and_prompts):
    model, tokenizer, prompts = model_and_prompts
    found = drawn(*model_and_prompts, [2, 1, 3], temperature=1e-4)
    assert found[0] == found[1]
    assert found[3] == found[4] == found[5]
    for ids, ours in zip(prompts, (found[0], found[2], found[3]), strict=True):
        alone = model.generate(
            torch.tensor([ids]), attention_mask=torch.ones(1, len(ids)), max_new_tokens=24,
            do_sample=False, pad_token_id=tokenizer.pad_token_id,
        )  # fmt: skip
        assert ours == alone[0, len(ids) :].tolist()


def test_rows_let_go_do_not_disturb_the_others(model_and_prompts):
    """Each completion's own probabilities, read afresh, say that it was drawn from them."""
    model, _, prompts = model_and_prompts
    torch.manual_seed(0)
    found = drawn(*model_and_prompts, [40, 40, 40])
    assert len({len(ids) for ids in found}) > 3, "rows end at different times"
    surprise, entropy, count = 0.0, 0.0, 0
    for index, ids in enumerate(found):
        prompt = prompts[index // 40]
        with torch.no_grad():
            logits = model(torch.tensor([prompt + ids])).logits[0, len(prompt) - 1 : -1]
        logs = logits.log_softmax(-1)
        surprise -= float(logs[range(len(ids)), ids].sum())
        entropy -= float((logs.exp() * logs).sum())
        count += len(ids)
    assert abs(surprise - entropy) / count < 0.06
    assert entropy / count > 0.1


def test_the_same_generator_state_gives_the_same_rollouts(model_and_prompts):
    runs = []
    for _ in range(2):
        torch.manual_seed(1)
        runs.append(drawn(*model_and_prompts, [8, 8, 8]))
    assert runs[0] == runs[1]


def test_finished_rows_are_handed_on_once_and_whole(model_and_prompts):
    calls = []
    torch.manual_seed(2)
    found = drawn(*model_and_prompts, [16, 16, 16], most=48, finished=calls.append)
    assert len(calls) == 1
    assert 0 < len(calls[0]) < len(found)
    assert all(found[index] == ids for index, ids in calls[0])


@pytest.mark.parametrize(
    "change", [{"top_k": 5}, {"top_p": 0.9}, {"repetition_penalty": 1.1}, {"use_cpu": False}]
)
def test_what_plain_sampling_cannot_do_is_left_to_trl(model_and_prompts, change, tmp_path):
    from trl import GRPOConfig

    from crossfade_train._trl import can_sample

    model, *_ = model_and_prompts
    plain = GRPOConfig(output_dir=str(tmp_path), use_cpu=True, bf16=False)
    assert can_sample(plain, model.config)
    for name, value in change.items():
        setattr(plain, name, value)
    assert not can_sample(plain, model.config)

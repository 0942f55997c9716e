import crossfade_splits


def test_public_names_are_few_and_there():
    assert len(crossfade_splits.__all__) <= 15
    assert all(hasattr(crossfade_splits, name) for name in crossfade_splits.__all__)
    assert crossfade_splits.__all__ == sorted(crossfade_splits.__all__)

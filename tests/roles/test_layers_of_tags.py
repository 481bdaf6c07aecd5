"""What histograms are of, by their tags."""

import pytest

from loganalyzer.roles.layers import depth, layer_of


@pytest.mark.parametrize(
    ("tag", "content", "layer"),
    [
        ("train/dense_1/kernel/histogram", "weights", "dense 1"),
        ("metrics/activations/dense", "activations", "dense"),
        ("fc1.weight", "weights", "fc1"),
        ("fc1.weight.grad", "gradients", "fc1"),
        ("gradients/fc1.weight", "gradients", "fc1"),
        ("weights/fc1.weight", "weights", "fc1"),
        ("gradients/rnn.weight_ih_l0", "gradients", "rnn ih l0"),
        ("W1", "weights", "w1"),
        ("W_conv1", "weights", "conv1"),
        ("layer1/weights/summaries/histogram", "weights", "layer1"),
        ("layer1/activations", "activations", "layer1"),
        ("features.0.weight", "weights", "features 0"),
        ("model/logits/kernel", "weights", "logits"),
        ("train/logits", "logits", ""),
        ("relu1", "activations", "relu1"),
        ("activations/0", "activations", "0"),
        ("hidden_1/out", "activations", "hidden 1 out"),
        ("dense_2_out", "activations", "dense 2 out"),
        ("head/pre_softmax", "logits", "head pre softmax"),
        ("weights/1.cell.weight_hh_l0", "weights", "1 cell hh l0"),
        ("dense/bias/histogram", "biases", "dense"),
        ("weights/fc1.bias", "biases", "fc1"),
        ("encoder/backward_LSTM1/recurrent_kernel", "weights", "encoder backward lstm1 recurrent"),
    ],
)
def test_content_and_layer(tag: str, content: str, layer: str) -> None:
    assert layer_of(tag) == (content, layer)


@pytest.mark.parametrize(
    "tag",
    [
        "gradients/fc1.bias",
        "b_conv1",
        "gradients/bn1.weight",
        "layer1/Wx_plus_b/pre_activations",
        "softmax/activation",
        "attention_weights",
        "activations/lstm_1",
        "gru/gates/activations",
        "encoder_out",
        "target_net/fc1.weight",
        "predictions",
        "labels",
        "",
    ],
)
def test_what_is_no_layer(tag: str) -> None:
    assert layer_of(tag) is None


@pytest.mark.parametrize(
    "layers",
    [
        ["fc1", "fc2", "fc10", "head"],
        ["dense", "dense 1", "dense 2", "dense 10"],
        ["conv1", "layer1 0 conv1", "layer2 0 conv1", "fc"],
        ["embedding", "blocks 0 mlp", "blocks 11 mlp", "lm head"],
        ["features 0", "features 10", "classifier 6"],
        ["first", "last"],
        ["encoder layer 1 output dense", "encoder layer 2 output dense"],
    ],
)
def test_layers_are_sorted_from_input_to_output(layers: list[str]) -> None:
    assert sorted(set(layers), key=depth) == layers

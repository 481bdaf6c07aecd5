import pytest

from loganalyzer.roles.tokens import split_tag


@pytest.mark.parametrize(
    ("tag", "folders", "name"),
    [
        ("loss", [], ["loss"]),
        ("Train/Loss", [["train"]], ["loss"]),
        ("train\\loss", [["train"]], ["loss"]),
        ("trainLoss", [], ["train", "loss"]),
        ("trainloss", [], ["train", "loss"]),
        ("lossval", [], ["loss", "val"]),
        ("SurrogateLoss", [], ["surrogate", "loss"]),
        ("Training Accuracy", [], ["training", "accuracy"]),
        ("learning_rate", [], ["lr"]),
        ("Learning Rate", [], ["lr"]),
        ("grad-norm", [], ["gradnorm"]),
        ("lr0", [], ["lr", "0"]),
        ("l0_acc", [], ["l0", "acc"]),
        ("acc5", [], ["acc5"]),
        ("Acc@1", [], ["acc1"]),
        ("top 1", [], ["top1"]),
        ("mAP_0.5:0.95", [], ["map", "0.5", "0.95"]),
        ("mAP50-95(B)", [], ["map50", "95", "b"]),
        ("BoundaryIoU", [], ["boundary", "iou"]),
        ("auROC", [], ["auroc"]),
        ("netD", [], ["netd"]),
        ("errD_real", [], ["err", "d", "real"]),
        ("fc1.weight", [], ["fc1", "weight"]),
        ("grad_2.0_norm", [], ["grad", "2.0", "norm"]),
        ("global_step/sec", [], ["global", "step", "persecond"]),
        ("it/s", [], ["it", "persecond"]),
        ("1. Pre-training/2. Recovery loss", [["pretraining"]], ["recovery", "loss"]),
        ("loss vs samples", [], ["loss"]),
        ("a//b/", [["a"]], ["b"]),
        ("", [], []),
    ],
)
def test_words(tag, folders, name):
    words = split_tag(tag)
    assert [[word.text for word in folder] for folder in words.folders] == folders
    assert [word.text for word in words.name] == name


@pytest.mark.parametrize("tag", ["floss", "closs", "lossless", "validated", "invalid", "retrain"])
def test_words_that_only_contain_a_known_one_stay_whole(tag):
    assert [word.text for word in split_tag(tag).name] == [tag]


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("history.csv:val_loss", ["val", "loss"]),
        ("sub/events.out.tfevents.17.host.1:loss", ["loss"]),
        ("metrics.csv/acc:1", ["acc", "1"]),
        ("model.loss:0", ["model", "loss", "0"]),
        ("history.csv:", ["history", "csv"]),
    ],
)
def test_the_file_in_front_of_a_colon_is_no_part_of_the_tag(tag, name):
    assert [word.text for word in split_tag(tag).name] == name


def test_words_keep_what_was_seen():
    assert split_tag("Learning Rate").name[0].seen == "learning rate"

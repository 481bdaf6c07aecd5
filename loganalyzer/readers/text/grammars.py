"""How known programs write a line about training, one grammar each."""

from __future__ import annotations

from loganalyzer.readers.text.grammar import Grammar, grammar

_BLOCKS = r"(?:\[[=>.]{0,80}\]|[━╸╺─]{1,80}(?:\s[━╸╺─]{1,80})?)"
_SPLIT = r"(?P<split>train|training|val|valid|validation|validate|eval|evaluation|evaluating|test|testing)"
_OF_SECTION = (
    r"(?:results|result|phase|set|metrics|performance|performace|stats|statistics|summary|loop|mode)"
)

GRAMMARS: tuple[Grammar, ...] = (
    grammar("keras", "heading", "Epoch ", r"^\s*Epoch (?P<epoch>\d{1,9})(?:/(?P<epochs>\d{1,9}))?\s*$"),
    grammar(
        "keras",
        "values",
        "learning rate to ",
        r"\bEpoch (?P<epoch>\d{1,9}): (?:LearningRateScheduler|ReduceLROnPlateau) (?:setting|reducing) "
        r"learning rate to (?P<learning_rate>[\d.e+-]{0,40}\d)",
    ),
    grammar(
        "keras",
        "bar",
        "/",
        rf"^\s*(?P<at>\d{{1,12}})/(?P<of>\d{{1,12}}|Unknown|None)\s+{_BLOCKS}?\s*(?:-\s)?"
        r"(?P<pairs>(?:ETA: )?\d[^-]{0,40}(?:s|step|epoch) - .*)",
    ),
    grammar("keras", "bar", "s - ", r"^\s?- \d{1,9}s(?: \d{1,9}\w{1,3}/\w{1,9})? - (?P<pairs>.*)"),
    grammar(
        "lightning",
        "bar",
        "━",
        rf"^Epoch (?P<epoch>\d{{1,9}})/\d{{1,9}}\s+{_BLOCKS}"
        r"\s*(?P<at>\d{1,12})/(?P<of>\d{1,12})\s(?P<pairs>.*)",
    ),
    grammar(
        "lightning",
        "bar",
        "v_num=",
        r"^Epoch (?P<epoch>\d{1,9}):\s*\d{1,3}%\|[^|]{0,300}\|\s*(?P<at>\d{1,12})/(?P<of>\d{1,12})\s"
        r"(?P<pairs>\[.*)",
    ),
    grammar(
        "",
        "bar",
        "|",
        r"^(?P<label>[^|]{0,120}?)\s*(?:\d{1,3}%)?\|[^|]{0,300}\|\s*(?P<at>\d{1,12})/(?P<of>\d{1,12}|\?)\s"
        r"(?P<pairs>\[[^\]]*)\]?(?P<rest>.*)",
    ),
    grammar("nanogpt", "values", "step ", r"^\W*step (?P<step>\d{1,15}): (?P<pairs>train loss .*)"),
    grammar("nanogpt", "values", "iter ", r"^\W*iter (?P<step>\d{1,15}): (?P<pairs>loss .*)"),
    grammar(
        "megatron",
        "values",
        " loss at iteration ",
        r"(?P<split>validation|test) loss at iteration (?P<step>\d{1,15})\b[^|]{0,80}\|(?P<pairs>.*)",
    ),
    grammar(
        "megatron",
        "values",
        "iteration ",
        r"\biteration\s{1,20}(?P<step>\d{1,15})/\s{0,20}\d{1,15}\s?\|(?P<pairs>.*)",
    ),
    grammar(
        "mmengine",
        "values",
        "Epoch",
        r"\bEpoch(?:\((?P<split>train)\))?\s{0,4}\[(?P<epoch>\d{1,9})\]"
        r"\[\s{0,12}(?P<at>\d{1,12})/(?P<of>\d{1,12})\]\s{1,12}(?P<pairs>(?:base_)?lr: .*)",
    ),
    grammar(
        "mmengine",
        "values",
        "Epoch(",
        r"\bEpoch\((?P<split>val|test)\)\s{0,4}\[(?P<epoch>\d{1,9})\]\[[\s\d/]{1,30}\]\s{1,12}"
        r"(?P<pairs>.*?)(?:, \w{1,40}_copypaste: .*)?$",
    ),
    grammar(
        "mmengine",
        "values",
        "Iter",
        r"\bIter(?:\((?P<split>train)\))?\s{0,4}\[\s{0,12}(?P<step>\d{1,15})/\d{1,15}\]\s{1,12}"
        r"(?P<pairs>(?:base_)?lr: .*)",
    ),
    grammar(
        "mmengine",
        "values",
        "Iter(",
        r"\bIter\((?P<split>val|test)\)\s{0,4}\[[\s\d/]{1,30}\]\s{1,12}(?P<pairs>.*)",
    ),
    grammar(
        "pix2pix",
        "values",
        "iters: ",
        r"\(epoch: (?P<epoch>\d{1,9}) ?, iters: (?P<at>\d{1,12}) {0,8}, time: [\d.]{1,20}"
        r"(?:, data: [\d.]{1,20})?[^)]{0,40}\) (?P<pairs>.*)",
    ),
    grammar("huggingface", "values", "'epoch': ", r"(?P<pairs>\{'[^{}]*'epoch': [^{}]*\})"),
    grammar(
        "darknet",
        "values",
        " rate, ",
        r"^\s*(?P<step>\d{1,15}): (?P<loss>[-+\d.einfa]{1,40}), (?P<avg_loss>[-+\d.einfa]{1,40}) "
        r"(?:avg loss|avg), (?P<lr>[-+\d.einfa]{1,40}) rate, ",
    ),
    grammar(
        "lightgbm",
        "values",
        "'s ",
        r"^\[(?P<step>\d{1,15})\]\s{1,8}(?P<pairs>[^\t:']{1,80}'s .*)",
    ),
    grammar(
        "xgboost",
        "values",
        "-",
        r"^(?:\[[\d:]{5,8}\] )?\[(?P<step>\d{1,15})\]\s{1,8}(?P<pairs>\w{1,80}-[^\t:]{1,80}:.*)",
    ),
    grammar(
        "catboost",
        "values",
        "total: ",
        r"^(?P<step>\d{1,15}):\s{1,8}(?P<pairs>(?:learn|test): .*?)\s"
        r"(?:best: \S{1,40} \(\d{1,15}\)\s{1,8})?total: ",
    ),
    grammar(
        "espnet",
        "values",
        "epoch:",
        r"\b(?P<epoch>\d{1,9})epoch:(?P<split>train|valid):\d{1,12}-(?P<at>\d{1,12})batch: (?P<pairs>.*)",
    ),
    grammar("espnet", "values", "epoch results: ", r"\b(?P<epoch>\d{1,9})epoch results: (?P<pairs>.*)"),
    grammar(
        "fairseq",
        "values",
        "epoch ",
        r"\bepoch (?P<epoch>\d{1,9}) \|(?: (?P<split>valid|train|test) on '[^']{0,60}' subset \|)? "
        r"(?P<pairs>(?:\w{1,40}_)?loss .*)",
    ),
    grammar(
        "fairseq",
        "values",
        "num_updates=",
        r"\bepoch \d{1,9}:\s{1,12}\d{1,12} / \d{1,12} (?P<pairs>\w{0,40}loss=.*)",
    ),
    grammar(
        "coqui", "heading", "GLOBAL_STEP: ", r"--> .{0,80}\bSTEP: .{0,60}\bGLOBAL_STEP: (?P<step>\d{1,15})"
    ),
    grammar("coqui", "section", " PERFORMA", r"--> (?P<split>TRAIN|EVAL) PERFORMA"),
    grammar("coqui", "values", "| > ", r"^\s{0,20}\| > (?P<pairs>\w{1,80}: .*)"),
    grammar(
        "rsl_rl", "heading", "Learning iteration ", r"^\s{0,80}Learning iteration (?P<step>\d{1,15})/\d{1,15}"
    ),
    grammar("rsl_rl", "values", "Mean ", r"^\s{2,80}(?P<pairs>Mean [^:]{1,80}: .*)"),
    grammar(
        "timm",
        "values",
        "Train: ",
        r"\b(?P<split>Train): (?P<epoch>\d{1,9}) \[\s{0,12}(?P<at>\d{1,12})/(?P<of>\d{1,12})\s[^\]]{0,20}\]"
        r"\s{1,8}(?P<pairs>.*)",
    ),
    grammar(
        "pytorch",
        "values",
        "] loss: ",
        r"^\[(?P<epoch>\d{1,9}),\s{1,12}(?P<at>\d{1,12})\] (?P<pairs>loss: .*)",
    ),
    grammar(
        "pytorch",
        "values",
        "Epoch: [",
        r"^\W{0,8}Epoch: \[(?P<epoch>\d{1,9})\]\s{0,4}\[\s{0,12}(?P<at>\d{1,12})/(?P<of>\d{1,12})\]"
        r"(?P<pairs>.*)",
    ),
    grammar(
        "pytorch",
        "values",
        "Train Epoch: ",
        r"^\W{0,8}(?P<split>Train) Epoch: (?P<epoch>\d{1,9}) \[(?P<at>\d{1,12})/(?P<of>\d{1,12}) "
        r"[^\]]{0,12}\]\s{1,8}(?P<pairs>.*)",
    ),
    grammar(
        "pytorch",
        "pass",
        "[",
        r"^\W{0,8}(?P<split>Test|Val|Valid|Validation|Validate|Eval|Evaluation)\b\s?:?\s{0,4}"
        r"\[\s{0,12}(?P<at>\d{1,12})/(?P<of>\d{1,12})\](?P<pairs>.*)",
    ),
    grammar(
        "pytorch",
        "values",
        "/",
        r"^\s{0,8}\[(?P<epoch>\d{1,9})/(?P<epochs>\d{1,9})\]\s{0,8}"
        r"\[(?P<at>\d{1,12})/(?P<of>\d{1,12})\](?P<pairs>.*)",
    ),
    grammar("pytorch", "pass", "* ", r"^\s{0,8}\*\s{1,8}(?P<pairs>\w{1,20}@\d.*)"),
    grammar("pytorch", "bar", "Step: ", r"^\s{0,4}\[=*+>?\.*+\]\s{1,4}(?P<pairs>Step: .*)"),
    grammar("keras-gan", "values", " [D loss: ", r"^(?P<step>\d{1,15}) \[(?P<pairs>D loss: .*)"),
    grammar(
        "tensorflow",
        "values",
        " for global step ",
        r"\bSaving dict for global step (?P<step>\d{1,15}): (?P<pairs>.*)",
        "eval",
    ),
    grammar("", "values", "] ", r"^\s{0,8}\[(?P<lead>\d{1,15})\]:?\s{1,8}(?P<pairs>[^\W\d].*)"),
    grammar(
        "",
        "section",
        "",
        rf"(?i:^\W{{0,60}}(?:(?:running|start|starting|begin) )?{_SPLIT}(?: {_OF_SECTION})?"
        r"\s{0,8}(?:\([-\d :.]{0,40}\))?\W{0,60}$)",
    ),
)
"""Tried in this order; a line that none of them knows is read for what its own words say."""

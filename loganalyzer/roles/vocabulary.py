"""What single words of a tag say; all lower case, after compounds were joined."""

from __future__ import annotations

from collections.abc import Mapping

from loganalyzer.model.role import Quantity


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _inverted(table: Mapping[str, str]) -> dict[str, str]:
    return {word: value for value, words in table.items() for word in words.split()}


_COMPOUNDS: Mapping[str, str] = {
    "learning rate, learn rate, learningrate": "lr",
    "cross entropy, crossentropy, xentropy, x entropy, xent, cross ent": "crossentropy",
    "negative log likelihood, neg log likelihood, nllloss": "nll",
    "log loss, logloss": "logloss",
    "gradient penalty, grad penalty": "gradpenalty",
    "smooth l1": "smoothl1",
    "weight decay": "weightdecay",
    "loss scale, lossscale, grad scale, amp scale, scaler scale, loss scaling": "lossscale",
    "grad norm, gradient norm, gradnorm, gnorm, gradients norm, grads norm": "gradnorm",
    "explained variance, explained var, explainedvariance, ev": "explainedvariance",
    "clip fraction, clip frac, clipfrac, clipfraction, clip ratio, clipped fraction": "clipfraction",
    "kullback leibler, kl divergence, kl div, approxkl, kld, kldiv": "kl",
    "episode length, episode lengths, episode len, ep length, ep len, eplen, episodic length, eps len": (
        "episodelength"
    ),
    "value function": "value",
    "policy gradient": "policy",
    "mean average precision": "map",
    "average precision": "ap",
    "average recall": "ar",
    "mean squared error, squared error, mean square error, mse": "mse",
    "root mean squared error, root mean square error, rmse": "rmse",
    "mean absolute error, absolute error, mae": "mae",
    "mean absolute percentage error, absolute percentage error": "mape",
    "mean squared logarithmic error": "msle",
    "error rate": "error",
    "word error rate": "wer",
    "character error rate, char error rate": "cer",
    "f1 score, f1score": "f1",
    "f score, fscore": "fscore",
    "dice coefficient, dice coef, dice score": "dice",
    "roc auc, auc roc, aucroc, rocauc": "auroc",
    "pr auc, auc pr, aucpr, prauc": "auprc",
    "exact match": "em",
    "success rate": "success",
    "win rate": "winrate",
    "inception score": "inceptionscore",
    "exploration rate": "exploration",
    "top 1": "top1",
    "top 5": "top5",
    "top 3": "top3",
    "per second, per sec, per s": "persecond",
    "hp metric": "hpmetric",
    "batch size": "batchsize",
    "batch norm, layer norm, group norm, instance norm": "normlayer",
    "std dev, standard deviation, stddev, stdev": "std",
    "held out, hold out": "holdout",
    "pre training, pre train, pretrain": "pretraining",
    "moving average, moving avg, moving mean, exponential average": "smoothed",
    "cur lr, current lr, last lr": "lr",
    "true positives, true positive": "tp",
    "true negatives, true negative": "tn",
    "false positives, false positive": "fp",
    "false negatives, false negative": "fn",
    "false positive rate": "fpr",
    "false negative rate": "fnr",
    "true positive rate": "tpr",
    "true negative rate": "tnr",
}
"""Words that mean one thing together, and the one word that is used for it from there on."""

COMPOUNDS: dict[tuple[str, ...], str] = {
    tuple(phrase.split()): word for phrases, word in _COMPOUNDS.items() for phrase in phrases.split(", ")
}

SPLITS: dict[str, str] = _inverted(
    {
        "train": "train training trn",
        "validation": "val valid validation validate eval evaluation dev vali holdout",
        "test": "test testing tst",
    }
)
EDGE_SPLITS: dict[str, str] = {"tr": "train", "va": "validation", "te": "test", "ts": "test"}
"""Abbreviations that count only as the first or the last word."""

QUANTITY_WORDS: dict[str, str] = _inverted(
    {
        "loss": "loss losses cost nll crossentropy logloss gradpenalty",
        "accuracy": "accuracy accuracies acc accu top1 top3 top5 macc pacc",
        "score": (
            "score scores f1 f2 fbeta fscore auc auroc auprc aupr map ap ar iou miou fwiou mdice "
            "jaccard dice "
            "precision prec recall sensitivity specificity tpr tnr r2 bleu rouge rougel meteor cider "
            "psnr ssim "
            "kappa mcc ndcg mrr hits hit pearson spearman plcc lcc srocc srcc correlation corr em success "
            "winrate elo pck inceptionscore ccc pq mota hota"
        ),
        "error": (
            "error err mae mse rmse mape smape msle rmsle nrmse wer cer ter fid kid lpips brier ece "
            "eer mcd epe "
            "ade fde minade minfde misclassification fpr fnr bpc bpb bpd"
        ),
        "perplexity": "ppl perplexity",
        "lr": "lr",
        "grad_norm": "gradnorm",
        "loss_scale": "lossscale",
        "reward": "reward rewards rew return returns",
        "episode_length": "episodelength",
        "entropy": "entropy",
        "kl": "kl",
        "clip_fraction": "clipfraction",
        "explained_variance": "explainedvariance",
        "throughput": "persecond",
    }
)
"""Words that name a quantity wherever they stand in the name."""

HEAD_WORDS: dict[str, str] = _inverted(
    {
        "policy_loss": "surrogate",
        "epoch": "epochs",
        "time": (
            "time seconds secs sec ms runtime elapsed duration eta timestamp wall walltime hours "
            "minutes timing "
            "timers latency"
        ),
        "throughput": "fps sps throughput mfu hfu tflops ips qps wps ups speed",
        "memory": "memory mem vram ram bytes gb mb gib",
        "count": (
            "count counts num number updates tokens samples steps timesteps timestep episodes "
            "iterations iters "
            "size batchsize bsz wpb params parameters tp fp tn fn index frames batches examples unnamed flos "
            "flops anchors"
        ),
        "other": (
            "std var variance ratio beta epsilon eps gamma momentum mom temperature coef coeff coefficient "
            "weight weights scale threshold target targets advantage advantages estimate values value "
            "baseline "
            "logit logits exploration hpmetric noise progress probability prob util utilization "
            "percent percentage "
            "temp power sparsity length lengths multiplier mult mul factor decay label labels prediction "
            "predictions gradient gradients grad norm norms normlayer fraction frac clip range curriculum "
            "termination gpu cpu position lambda alpha bias margin margins"
        ),
    }
)
"""Words that name a quantity as the last word of a name, or where nothing stronger is said."""

PACES: dict[str, str] = {
    "epoch": "",
    "step": "step",
    "iter": "step",
    "iteration": "step",
    "minibatch": "batch",
    "batch": "batch",
}
"""How often a curve is logged; the value is what it leaves in `part`."""

AVERAGES = _set("mean avg average ave median running cur current vs per of the")
TOTALS = _set("total overall sum combined full all final global plain lm main")
EXTREMES = _set("max min best maximum minimum lowest highest")
SMOOTHED = _set("smooth smoothed ema ewma smoothing")
FOLDERS = _set(
    "metrics metric losses charts chart scalars scalar stats stat log logs summary summaries performance "
    "perf info rollout progress monitor history results report samples objective learner learners tb data"
)
"""Folder names that sort a log and say nothing of the curve."""

REWARD_PLAIN = _set(
    "ep episode episodes episodic cumulative rollout env environment runners runner charts true raw "
    "undiscounted policy iter eprew"
)
ACCURACY_PLAIN = _set("categorical sparse binary multiclass accuracy acc accu top1 score")
ACTOR = _set("policy actor pg pi surrogate surr ppo")
CRITIC = _set("value values critic vf q td baseline v")
TWIN_CRITIC = _set("qf qf1 qf2 q1 q2 critic1 critic2 vf1 vf2")
GENERATOR = _set("g gen generator netg")
DISCRIMINATOR = _set("d disc discriminator netd critic")
REGULARISERS = _set(
    "reg regularization regularisation regularizer regularisations l2 weightdecay wd aux auxiliary kl "
    "penalty gradpenalty commitment commit vq entropy ortho sparsity bound bounds"
)
EVALUATION_ONLY = _set("ap map ar bleu rouge rougel meteor cider fid kid wer cer mota hota pq inceptionscore")
"""Metrics that are computed by evaluation runs, not on training batches."""

NUMBERED = _set("acc top map ap ar hit hits recall precision prec rouge bleu ndcg mrr f p")
"""Metrics whose number is part of their name: `acc5`, `map50`, `recall10`."""

KNOWN = frozenset(
    {*SPLITS, *QUANTITY_WORDS, *HEAD_WORDS, *PACES, *AVERAGES, *TOTALS, *EXTREMES}
    | {word for phrase in COMPOUNDS for word in phrase if len(word) > 1}
)

DATA: frozenset[Quantity] = frozenset(
    {
        "loss",
        "loss_part",
        "accuracy",
        "score",
        "error",
        "perplexity",
        "reward",
        "episode_length",
        "entropy",
        "kl",
        "clip_fraction",
        "explained_variance",
        "policy_loss",
        "value_loss",
        "generator_loss",
        "discriminator_loss",
    }
)
"""Quantities measured on data: these have a split; of all others it is "none"."""

PARTED: frozenset[Quantity] = DATA | {"lr", "grad_norm", "weight_norm"}

PLAIN: Mapping[Quantity, frozenset[str]] = {
    "accuracy": ACCURACY_PLAIN,
    "reward": REWARD_PLAIN | _set("reward rewards rew return returns"),
    "episode_length": REWARD_PLAIN | _set("length lengths len"),
    "loss": _set("loss losses cost function"),
    "grad_norm": _set("gradnorm grad grads gradient gradients norm norms l2 2.0"),
    "weight_norm": _set("weight weights param params norm norms l2 2.0"),
    "entropy": _set("loss losses policy"),
    "kl": _set("loss losses policy approximate approx divergence"),
    "clip_fraction": _set("loss losses policy pg val"),
    "explained_variance": _set("loss losses"),
}
"""Words that add nothing to the part of a curve of that quantity."""

LOWER: frozenset[Quantity] = frozenset(
    {"loss", "loss_part", "error", "perplexity", "policy_loss", "value_loss"}
)
HIGHER: frozenset[Quantity] = frozenset({"accuracy", "score", "reward", "explained_variance"})

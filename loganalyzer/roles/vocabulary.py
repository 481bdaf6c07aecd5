"""What single words of a tag say; all lower case, after compounds were joined."""

from __future__ import annotations

from collections.abc import Mapping

from loganalyzer.model.role import Quantity
from loganalyzer.roles.compounds import COMPOUNDS


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _inverted(table: Mapping[str, str]) -> dict[str, str]:
    return {word: value for value, words in table.items() for word in words.split()}


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
        "loss": "loss losses cost nll crossentropy logloss gradpenalty nelbo",
        "accuracy": "accuracy accuracies acc accu top1 top3 top5 macc pacc",
        "score": (
            "score scores f1 f2 fbeta fscore auc auroc auprc aupr map ap apl apm aps ar iou miou fwiou mdice "
            "jaccard dice "
            "precision prec recall sensitivity specificity tpr tnr r2 bleu rouge rougel meteor cider "
            "psnr ssim elbo loglikelihood "
            "kappa mcc ndcg mrr hits hit pearson spearman plcc lcc srocc srcc correlation corr em success "
            "winrate elo pck inceptionscore ccc pq mota hota"
        ),
        "error": (
            "error err merror mae mse rmse mape smape msle rmsle nrmse wer cer ter fid kid lpips brier ece "
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
        "loss": "recon reconstruction",
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
            "termination weightdecay logprobs gpu cpu position lambda alpha bias margin margins"
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

AVERAGES = _set("mean avg average ave median running cur current per of the")
TOTALS = _set("total overall sum combined full all final global plain lm main")
EXTREMES = _set("max min best maximum minimum lowest highest")
SMOOTHED = _set("smooth smoothed ema ewma smoothing")
FOLDERS = _set(
    "metrics metric losses charts chart scalars scalar stats stat log logs summary summaries performance "
    "perf info misc rollout progress monitor history results report samples objective learner learners tb "
    "data defaultpolicy"
)
"""Folder names that sort a log and say nothing of the curve."""

REWARD_PLAIN = _set(
    "ep episode episodes episodic cumulative rollout env environment runners runner charts true "
    "undiscounted policy iter eprew"
)
ACCURACY_PLAIN = _set("categorical sparse binary multiclass accuracy acc accu top1 score")
ACTOR = _set("policy actor pg pi surrogate surr ppo")
CRITIC = _set("value values critic vf q td baseline v")
TWIN_CRITIC = _set("qf qf1 qf2 q1 q2 critic1 critic2 vf1 vf2")
GENERATOR = _set("g gen generator netg")
DISCRIMINATOR = _set("d disc discriminator netd critic")
OPPOSING = _set("gan adv adversarial")
"""What the term of a generator's loss is called that the discriminator decides."""

PLAYERS = ACTOR | CRITIC | TWIN_CRITIC | GENERATOR | DISCRIMINATOR
REGULARISERS = _set(
    "regularization regularisation regularizer regularisations l2 weightdecay wd aux auxiliary kl "
    "penalty gradpenalty commitment commit vq entropy ortho sparsity bound bounds"
)
CRITERIA = _set("crossentropy nll logloss ce bce mse mae huber categorical binary softmax sparse")
"""Loss functions: beside one of these, `reg` is regularisation; beside `cls` it would be regression."""

INSTANCES = _set(
    "fold folds kfold cv run seed trial version rank worker replica dataloader idx id k exp experiment"
)
"""Words that tell copies of one curve apart, with a number: they make no part of a loss."""

EVALUATION_ONLY = _set(
    "ap apl apm aps map ar bleu rouge rougel meteor cider fid kid wer cer mota hota pq inceptionscore"
)
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
    "perplexity": _set("loss losses"),
    "grad_norm": _set("gradnorm grad grads gradient gradients norm norms l2 2.0"),
    "weight_norm": _set("weight weights param params norm norms l2 2.0"),
    "entropy": _set("loss losses policy actor"),
    "kl": _set("loss losses policy actor ppo approximate approx divergence"),
    "clip_fraction": _set("loss losses policy actor pg val"),
    "explained_variance": _set("loss losses policy critic value vf"),
}
"""Words that add nothing to the part of a curve of that quantity."""

LOWER: frozenset[Quantity] = frozenset(
    {"loss", "loss_part", "error", "perplexity", "policy_loss", "value_loss"}
)
HIGHER: frozenset[Quantity] = frozenset({"accuracy", "score", "reward", "explained_variance"})

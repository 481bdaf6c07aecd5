"""Lines as known writers print them, and what they tell: by tag the axis, the steps and the values."""

import math

Told = dict[str, tuple[str, list[int], list[float]]]

LINES: tuple[tuple[str, str, Told], ...] = (
    (
        "keras, old bars, a line for each state",
        "Epoch 1/2\n 32/100 [=>....] - ETA: 1s - loss: 9 - acc: 0.1\n"
        "100/100 [=====] - 2s 20us/step - loss: 2.5 - acc: 0.3 - val_loss: 2.25\n"
        "Epoch 00001: val_loss improved from inf to 2.25000, saving model to x.h5\n"
        "Epoch 2/2\n100/100 [=====] - 2s 20us/step - loss: 1.5 - acc: 0.5 - val_loss: 1.25\n"
        "Epoch 2: ReduceLROnPlateau reducing learning rate to 0.0005.\n"
        " 32/50 [==>..] - ETA: 0s - loss: 7 - acc: 0.2\n"
        "50/50 [====] - 0s 10us/step - loss: 1.75 - acc: 0.4\n",
        {
            "loss": ("epoch", [1, 2], [2.5, 1.5]),
            "acc": ("epoch", [1, 2], [0.3, 0.5]),
            "val_loss": ("epoch", [1, 2], [2.25, 1.25]),
            "learning rate": ("epoch", [2], [0.0005]),
            "eval loss": ("epoch", [2], [1.75]),
            "eval acc": ("epoch", [2], [0.4]),
        },
    ),
    (
        "keras, one line an epoch, old",
        "Epoch 1/2\n - 2s - loss: 0.5 - val_loss: 0.75\nEpoch 2/2\n - 2s - loss: 0.25 - val_loss: 0.5\n",
        {"loss": ("epoch", [1, 2], [0.5, 0.25]), "val_loss": ("epoch", [1, 2], [0.75, 0.5])},
    ),
    (
        "nanoGPT",
        "step 250: train loss 2.1, val loss 2.3\niter 250: loss 2.1000, time 12.50ms, mfu -100.00%\n",
        {
            "train loss": ("iteration", [250], [2.1]),
            "val loss": ("iteration", [250], [2.3]),
            "loss": ("iteration", [250], [2.1]),
            "time": ("iteration", [250], [12.5]),
            "mfu": ("iteration", [250], [-100.0]),
        },
    ),
    (
        "Megatron-LM: names of several words, one of them nan",
        "training ...\n"
        "[default3]: iteration      100/  500000 | consumed samples:         1600 | learning rate:"
        " 1.5E-04 | lm loss: 9.1E+00 | loss scale: 1.0 | grad norm: 1.2 | number of nan iterations:   0 |\n"
        " validation loss at iteration 100 | lm loss value: 9.2E+00 | lm loss PPL: 9.8E+03 | \n",
        {
            "consumed samples": ("iteration", [100], [1600.0]),
            "learning rate": ("iteration", [100], [1.5e-4]),
            "lm loss": ("iteration", [100], [9.1]),
            "loss scale": ("iteration", [100], [1.0]),
            "grad norm": ("iteration", [100], [1.2]),
            "number of nan iterations": ("iteration", [100], [0.0]),
            "validation lm loss": ("iteration", [100], [9.2]),
            "validation lm loss PPL": ("iteration", [100], [9.8e3]),
        },
    ),
    (
        "mmcv",
        "2022-11-12 14:30:37,044 - mmdet - INFO - Epoch [1][50/100]\tlr: 2e-03, eta: 2:03:32, loss: 1.5\n"
        "2022-11-12 14:30:37,044 - mmdet - INFO - Epoch [2][50/100]\tlr: 2e-03, eta: 2:03:32, loss: 1.0\n"
        "2022-11-12 14:31:37,044 - mmdet - INFO - Epoch(val) [2][200]\tbbox_mAP: 0.5, bbox_mAP_50: 0.75, "
        "bbox_mAP_copypaste: 0.5 0.75 -1.0\n",
        {
            "lr": ("iteration", [50, 150], [2e-3, 2e-3]),
            "loss": ("iteration", [50, 150], [1.5, 1.0]),
            "val bbox_mAP": ("epoch", [2], [0.5]),
            "val bbox_mAP_50": ("epoch", [2], [0.75]),
        },
    ),
    (
        "mmengine by iteration: validation belongs to the last step",
        "09/03 09:48:23 - mmengine - INFO - Iter(train) [ 100/200]  base_lr: 1e-2 lr: 1e-2  loss: 0.5\n"
        "09/03 09:48:24 - mmengine - INFO - Iter(val) [10/20]    eta: 0:00:03  time: 0.01  memory: 392\n"
        "09/03 09:48:25 - mmengine - INFO - Iter(val) [20/20]    mIoU: 60.5\n",
        {
            "base_lr": ("iteration", [100], [1e-2]),
            "lr": ("iteration", [100], [1e-2]),
            "train loss": ("iteration", [100], [0.5]),
            "val mIoU": ("iteration", [100], [60.5]),
        },
    ),
    (
        "pix2pix: the furthest position is the length of an epoch",
        "================ Training Loss (Fri Dec  1 07:13:56 2017) ================\n"
        "(epoch: 1, iters: 100, time: 0.1, data: 0.2) D_A: 0.3 G_A: 0.5\n"
        "(epoch: 1 , iters: 200 , time: 0.1) D_A: 0.25 G_A: 0.6\n"
        "(epoch: 2, iters: 100, time: 0.1, data: 0.2) D_A: 0.2 G_A: 0.7\n",
        {
            "D_A": ("iteration", [100, 200, 300], [0.3, 0.25, 0.2]),
            "G_A": ("iteration", [100, 200, 300], [0.5, 0.6, 0.7]),
        },
    ),
    (
        "Hugging Face without a bar: steps are ten-thousandths of an epoch, one more for each repeat",
        "{'loss': 1.5, 'learning_rate': 5e-05, 'epoch': 0.5}\n"
        "{'loss': 1.25, 'learning_rate': 4e-05, 'epoch': 0.5}\n"
        "{'eval_loss': 1.0, 'epoch': 1.0}\n{'loss': '1.0', 'learning_rate': '3e-05', 'epoch': '1.5'}\n",
        {
            "loss": ("iteration", [5000, 5001, 15000], [1.5, 1.25, 1.0]),
            "learning_rate": ("iteration", [5000, 5001, 15000], [5e-5, 4e-5, 3e-5]),
            "eval_loss": ("iteration", [10000], [1.0]),
        },
    ),
    (
        "Hugging Face, once an epoch",
        "{'loss': 1.5, 'epoch': 1.0}\n{'loss': 1.25, 'epoch': 2.0}\n",
        {"loss": ("epoch", [1, 2], [1.5, 1.25])},
    ),
    (
        "darknet",
        " 1: 1234.5, 1230.25 avg loss, 0.001 rate, 5.1 seconds, 64 images\nLoaded: 0.1 seconds\n"
        " 2: nan, -nan avg, 0.002 rate, 5.1 seconds, 128 images\n",
        {
            "loss": ("iteration", [1, 2], [1234.5, math.nan]),
            "avg loss": ("iteration", [1, 2], [1230.25, math.nan]),
            "lr": ("iteration", [1, 2], [0.001, 0.002]),
        },
    ),
    (
        "YOLO: the row counts when its bar is full, of the classes all",
        "      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size\n"
        "\r        1/3         0G        9.5        8.5        7.5         10        "
        "640:  50%|##| 2/4 [00:01]"
        "\r        1/3         0G        1.5        2.5        3.5         10        "
        "640: 100%|##| 4/4 [00:02]\n"
        "                 Class     Images  Instances      Box(P          R      mAP50  "
        "mAP50-95): 100%|##| 2/2\n"
        "                   all         95        103        0.5       0.25       0.75      0.125\n"
        "                   car          5          3        0.1        0.1        0.1        0.1\n",
        {
            "box_loss": ("epoch", [1], [1.5]),
            "cls_loss": ("epoch", [1], [2.5]),
            "dfl_loss": ("epoch", [1], [3.5]),
            "Instances": ("epoch", [1], [10.0]),
            "val Images": ("epoch", [1], [95.0]),
            "val Instances": ("epoch", [1], [103.0]),
            "val precision": ("epoch", [1], [0.5]),
            "val recall": ("epoch", [1], [0.25]),
            "val mAP50": ("epoch", [1], [0.75]),
            "val mAP50-95": ("epoch", [1], [0.125]),
        },
    ),
    (
        "fastai",
        "epoch     train_loss  valid_loss  accuracy  time    \n"
        "0         0.5         0.75        0.25      00:05\n"
        "1         0.25        0.5         0.5       00:05\n2024-01-01 done\n",
        {
            "train_loss": ("epoch", [0, 1], [0.5, 0.25]),
            "valid_loss": ("epoch", [0, 1], [0.75, 0.5]),
            "accuracy": ("epoch", [0, 1], [0.25, 0.5]),
        },
    ),
    (
        "XGBoost with deviations",
        "[0]\ttrain-rmse:0.5+0.01\teval-rmse:0.75+0.02\n[10]\ttrain-rmse:0.25+0.01\teval-rmse:0.5+0.02\n",
        {
            "train-rmse": ("iteration", [0, 10], [0.5, 0.25]),
            "eval-rmse": ("iteration", [0, 10], [0.75, 0.5]),
        },
    ),
    (
        "Spinning Up",
        "---------------------------------------\n|             Epoch |               3 |\n"
        "|      AverageEpRet |           -88.1 |\n|            LossPi |             nan |\n"
        "---------------------------------------\n",
        {"AverageEpRet": ("epoch", [3], [-88.1]), "LossPi": ("epoch", [3], [math.nan])},
    ),
    (
        "Coqui: a heading, lines below it, deviations in brackets, colours",
        "\x1b[4m\x1b[1m > EPOCH: 0/10\x1b[0m\n\n > TRAINING (2024-01-01 12:00:00) \n\n"
        "   --> TIME: 2024-01-01 12:00:05 -- STEP: 25/100 -- GLOBAL_STEP: 25\n     | > loss: 0.5  (0.75)\n"
        "     | > current_lr: 2.5e-07 \n\n > EVALUATION \n\n  --> EVAL PERFORMANCE\n"
        "     | > avg_loss:\x1b[92m 0.25 \x1b[0m(-0.01)\n",
        {
            "train loss": ("iteration", [25], [0.5]),
            "current_lr": ("iteration", [25], [2.5e-7]),
            "eval avg_loss": ("epoch", [0], [0.25]),
        },
    ),
    (
        "fairseq: batches, the epoch's mean, validation",
        "| INFO | train_inner | epoch 002:    100 / 487 loss=4.5, ppl=12.5, "
        "num_updates=587, lr=0.1, gnorm=2\n"
        "| INFO | valid | epoch 002 | valid on 'valid' subset | loss 4.25 | ppl 4 | num_updates 974\n"
        "| INFO | train | epoch 002 | loss 4.75 | ppl 12.5 | num_updates 974 | lr 0.2\n",
        {
            "loss": ("iteration", [587], [4.5]),
            "ppl": ("iteration", [587], [12.5]),
            "lr": ("iteration", [587], [0.1]),
            "gnorm": ("iteration", [587], [2.0]),
            "valid loss": ("epoch", [2], [4.25]),
            "valid ppl": ("epoch", [2], [4.0]),
            "epoch loss": ("epoch", [2], [4.75]),
            "epoch ppl": ("epoch", [2], [12.5]),
            "epoch lr": ("epoch", [2], [0.2]),
        },
    ),
    (
        "a bar of tqdm through the whole run counts at each step",
        "\rSteps:   1%| | 1/100 [00:01<00:09, 2.5it/s, lr=0.5, step_loss=0.5]"
        "\rSteps:   1%| | 1/100 [00:01<00:09, 2.5it/s, lr=0.5, step_loss=0.25]"
        "\rSteps:   2%| | 2/100 [00:01<00:09, 2.5it/s, lr=0.5, step_loss=0.125]\n",
        {"lr": ("iteration", [1, 2], [0.5, 0.5]), "step_loss": ("iteration", [1, 2], [0.25, 0.125])},
    ),
    (
        "a bar of tqdm over epochs",
        "\rEpochs:  50%|##| 1/2 [00:01<00:01, loss=0.5]\rEpochs: 100%|##| 2/2 [00:02<00:00, loss=0.25]\n",
        {"loss": ("epoch", [1, 2], [0.5, 0.25])},
    ),
    (
        "PyTorch's first example",
        "Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.5\nTrain Epoch: 1 [640/60000 (1%)]\tLoss: 2.25\n\n"
        "Test set: Average loss: 0.5, Accuracy: 9800/10000 (98%)\n"
        "\nTrain Epoch: 2 [0/60000 (0%)]\tLoss: 0.75\n",
        {
            "train Loss": ("iteration", [0, 640, 60000], [2.5, 2.25, 0.75]),
            "test Average loss": ("epoch", [1], [0.5]),
            "test Accuracy": ("epoch", [1], [0.98]),
        },
    ),
    (
        "PyTorch's tutorial",
        "[1,  2000] loss: 2.2\n[1,  4000] loss: 1.8\n[2,  2000] loss: 1.5\n",
        {"loss": ("iteration", [2000, 4000, 6000], [2.2, 1.8, 1.5])},
    ),
    (
        "PyTorch's ImageNet example: of a pass over test data the last line, and of that the mean",
        "Epoch: [0][ 0/40]\tTime  0.5 ( 0.6)\tLoss 6.5e+00 (7.5e+00)\tAcc@1   1.00 (  2.00)\n"
        "Test: [ 0/10]\tTime  0.5 ( 0.6)\tLoss 5.5e+00 (5.0e+00)\tAcc@1   3.00 (  4.00)\n"
        "Test: [ 8/10]\tTime  0.5 ( 0.6)\tLoss 5.5e+00 (4.5e+00)\tAcc@1   3.00 (  5.00)\n"
        " *   Acc@1 5.500 Acc@5 9.500\n",
        {
            "Time": ("iteration", [0], [0.5]),
            "Loss": ("iteration", [0], [6.5]),
            "Acc@1": ("iteration", [0], [1.0]),
            "test Time": ("epoch", [0], [0.6]),
            "test Loss": ("epoch", [0], [4.5]),
            "test Acc@1": ("epoch", [0], [5.5]),
            "test Acc@5": ("epoch", [0], [9.5]),
        },
    ),
    (
        "timm",
        "Train: 0 [   0/33 (  0%)]  Loss: 8.5 (8.6)  Time: 1.6s,    9.62/s  (1.6s,    9.62/s)  LR: 5e-04\n"
        "Train: 1 [  32/33 (100%)]  Loss: 1.5 (4.0)  Time: 0.9s,    8.57/s  (0.2s,   36.68/s)  LR: 4e-04\n",
        {
            "train Loss": ("iteration", [0, 65], [8.5, 1.5]),
            "Time": ("iteration", [0, 65], [1.6, 0.9]),
            "LR": ("iteration", [0, 65], [5e-4, 4e-4]),
        },
    ),
    (
        "bars of pytorch-cifar: the second one of an epoch is its test",
        "\nEpoch: 0\n [=>.]  Step: 5ms | Loss: 2.5 | Acc: 10.0% (64/128)\x08\x08\x08 1/2 \r"
        " [==>]  Step: 5ms | Loss: 2.25 | Acc: 12.5% (64/128)\x08\x08\x08 2/2 \n"
        " [=>.]  Step: 6ms | Loss: 2.0 | Acc: 15.0% (64/128)\x08\x08\x08 1/1 \n",
        {
            "Loss": ("epoch", [0], [2.25]),
            "Acc": ("epoch", [0], [12.5]),
            "eval Loss": ("epoch", [0], [2.0]),
            "eval Acc": ("epoch", [0], [15.0]),
        },
    ),
    (
        "Estimator",
        "INFO:tensorflow:loss = 0.5, step = 101 (0.512 sec)\n"
        "INFO:tensorflow:Saving dict for global step 200: "
        "accuracy = 0.75, global_step = 200, loss = 0.25\n",
        {
            "loss": ("iteration", [101], [0.5]),
            "eval accuracy": ("iteration", [200], [0.75]),
            "eval loss": ("iteration", [200], [0.25]),
        },
    ),
    (
        "Caffe",
        "I0101 12:00:00.123456   140 solver.cpp:330] Iteration 500, Testing net (#0)\n"
        "I0101 12:00:00.123456   140 solver.cpp:397]     Test net output #0: accuracy = 0.75\n"
        "I0101 12:00:00.123456   140 solver.cpp:218] Iteration 500 (5.2 iter/s, "
        "19.1s/100 iters), loss = 0.5\n"
        "I0101 12:00:00.123456   140 sgd_solver.cpp:105] Iteration 500, lr = 0.01\n",
        {
            "test accuracy": ("iteration", [500], [0.75]),
            "loss": ("iteration", [500], [0.5]),
            "lr": ("iteration", [500], [0.01]),
        },
    ),
    (
        "detectron2",
        "\x1b[32m[12/01 10:00:00 d2.utils.events]: \x1b[0m eta: 0:10:00  iter: 19  "
        "total_loss: 2.5  loss_cls: 1.5  "
        "time: 0.3  lr: 1e-5  max_mem: 2000M\n",
        {
            "total_loss": ("iteration", [19], [2.5]),
            "loss_cls": ("iteration", [19], [1.5]),
            "time": ("iteration", [19], [0.3]),
            "lr": ("iteration", [19], [1e-5]),
        },
    ),
    (
        "PyTorch-GAN: batches of epochs",
        "[Epoch 0/200] [Batch 0/2] [D loss: 0.5] [G loss: 1.5]\n"
        "[Epoch 0/200] [Batch 1/2] [D loss: 0.25] [G loss: 1.25]\n"
        "[Epoch 1/200] [Batch 0/2] [D loss: 0.125] [G loss: 1.0]\n",
        {
            "D loss": ("iteration", [0, 1, 2], [0.5, 0.25, 0.125]),
            "G loss": ("iteration", [0, 1, 2], [1.5, 1.25, 1.0]),
        },
    ),
    (
        "rsl_rl",
        "                      Learning iteration 7/1500                      \n\n"
        "               Value function loss: 0.5\n                       Mean reward: 12.5\n"
        "               Mean episode length: 500.25\n                   Total timesteps: 7000\n",
        {
            "Value function loss": ("iteration", [7], [0.5]),
            "Mean reward": ("iteration", [7], [12.5]),
            "Mean episode length": ("iteration", [7], [500.25]),
        },
    ),
    (
        "words alone",
        "epoch 3 loss 0.5\nEpoch: 4, train_loss=0.25, val_acc: 88%\n",
        {
            "loss": ("epoch", [3], [0.5]),
            "train_loss": ("epoch", [4], [0.25]),
            "val_acc": ("epoch", [4], [88.0]),
        },
    ),
    (
        "time, level and place in front",
        "[2024-01-01 12:00:00,123][INFO][train.py:55] Epoch 003/010 | lr 1e-3 | train loss 0.5 acc 0.25 | "
        "val loss 0.75 acc 0.125 | 12.3s\n",
        {
            "lr": ("epoch", [3], [1e-3]),
            "train loss": ("epoch", [3], [0.5]),
            "train acc": ("epoch", [3], [0.25]),
            "val loss": ("epoch", [3], [0.75]),
            "val acc": ("epoch", [3], [0.125]),
        },
    ),
    (
        "a step that grows on is that of the run, one that begins anew that of the epoch",
        "epoch=0 step=10 loss=0.5\nepoch=1 step=20 loss=0.25\nepoch=2 step=30 loss=0.125\n"
        "Epoch 1 Batch 0 Cost 5.5\nEpoch 1 Batch 9 Cost 4.5\nEpoch 2 Batch 0 Cost 3.5\n",
        {
            "loss": ("iteration", [10, 20, 30], [0.5, 0.25, 0.125]),
            "Cost": ("iteration", [0, 9, 10], [5.5, 4.5, 3.5]),
        },
    ),
    (
        "sections",
        "Epoch 1/9\nTrain:\n  loss: 0.5\nValidation:\n  loss: 0.75\n"
        "  accuracy: 0.25\nlr: 0.001\nEpoch 2/9\n  loss: 0.4\n",
        {
            "train loss": ("epoch", [1], [0.5]),
            "validation loss": ("epoch", [1], [0.75]),
            "validation accuracy": ("epoch", [1], [0.25]),
            "lr": ("epoch", [1], [0.001]),
            "loss": ("epoch", [2], [0.4]),
        },
    ),
    (
        "the quantity before the step",
        "Cost after iteration 100: 0.5\n"
        "Training loss (for one batch) at step 200: 1.5\nloss at epoch 3 is 0.25\n",
        {
            "Cost": ("iteration", [100], [0.5]),
            "Training loss": ("iteration", [200], [1.5]),
            "loss": ("epoch", [3], [0.25]),
        },
    ),
    (
        "reinforcement learning: a window is no step",
        "Episode 100\tAverage Score: 12.5\nEpisode: 200, Avg Reward (last 100): 13.5, Epsilon: 0.1\n",
        {
            "Average Score": ("iteration", [100], [12.5]),
            "Avg Reward": ("iteration", [200], [13.5]),
            "Epsilon": ("iteration", [200], [0.1]),
        },
    ),
    (
        "non-finite numbers in every spelling",
        "epoch 1 loss: nan\nepoch 2 loss: -inf\nepoch 3 loss: Infinity\nepoch 4 loss NaN\nepoch 5 loss=inf\n",
        {"loss": ("epoch", [1, 2, 3, 4, 5], [math.nan, -math.inf, math.inf, math.nan, math.inf])},
    ),
    (
        "tensors and thousands",
        "epoch 1 loss: tensor(0.5, device='cuda:0', grad_fn=<NllLossBackward0>) tokens: 1,234,567\n"
        "epoch 2 loss: np.float64(0.25) tokens: 2,000\n",
        {"loss": ("epoch", [1, 2], [0.5, 0.25]), "tokens": ("epoch", [1, 2], [1234567.0, 2000.0])},
    ),
    (
        "PyTorch's language model",
        "| epoch   1 |   200/ 400 batches | lr 5.00 | ms/batch 35.59 | loss  8.25 | ppl  3348.50\n"
        "| epoch   2 |   200/ 400 batches | lr 4.00 | ms/batch 35.59 | loss  6.25 | ppl   904.75\n"
        "| end of epoch   2 | time: 84.24s | valid loss  5.50 | valid ppl   247.25\n",
        {
            "lr": ("iteration", [200, 600], [5.0, 4.0]),
            "loss": ("iteration", [200, 600], [8.25, 6.25]),
            "ppl": ("iteration", [200, 600], [3348.5, 904.75]),
            "time": ("epoch", [2], [84.24]),
            "valid loss": ("epoch", [2], [5.5]),
            "valid ppl": ("epoch", [2], [247.25]),
        },
    ),
    (
        "verl: many names in one line",
        "\x1b[36m(TaskRunner pid=2617)\x1b[0m step:66 - actor/pg_loss:np.float64(0.5) - actor/lr:3e-06 - "
        "training/global_step:66 - training/epoch:0 - critic/score/mean:-0.75 - timing_s/step:4.5\n",
        {
            "actor/pg_loss": ("iteration", [66], [0.5]),
            "actor/lr": ("iteration", [66], [3e-6]),
            "critic/score/mean": ("iteration", [66], [-0.75]),
        },
    ),
    (
        "a log line behind a bar",
        "Progress:  10%|#    | 1/10 [00:10<01:35, 9s/it]2024-11-12 04:16:13 - INFO - Epoch 2/9, Loss: 0.5\n",
        {"Loss": ("epoch", [2], [0.5])},
    ),
    (
        "bars of an epoch that say their split",
        "Epoch 2 [Train]: 100%|##| 904/904 [00:24<00:00, 36.48it/s, loss=1.5]\n"
        "Epoch 2 [Val]: 100%|##| 32/32 [00:01<00:00, 16.15it/s, loss=0.5]\n",
        {"train loss": ("epoch", [2], [1.5]), "val loss": ("epoch", [2], [0.5])},
    ),
    (
        "a curve in the label of a bar",
        "\rEpoch 1 Loss 0.75:  50%|## | 1/2 [00:01<00:01, 15.1it/s]"
        "\rEpoch 1 Loss 0.5: 100%|###| 2/2 [00:01<00:01, 15.1it/s]\n",
        {"Loss": ("epoch", [1], [0.5])},
    ),
    (
        "a heading with the time it took, a line of two rows",
        "Epoch 2 elapsed: 82.9s\ntrain_loss: 0.5\neval rmse: 0.25\n"
        "Epoch 3/9 - Train Loss: 0.75, mIoU: 0.5\n            Val   Loss: 0.875, mIoU: 0.375\n",
        {
            "train_loss": ("epoch", [2], [0.5]),
            "eval rmse": ("epoch", [2], [0.25]),
            "Train Loss": ("epoch", [3], [0.75]),
            "train mIoU": ("epoch", [3], [0.5]),
            "val Loss": ("epoch", [3], [0.875]),
            "val mIoU": ("epoch", [3], [0.375]),
        },
    ),
    (
        "the last state of a line paints over as well",
        "\rEpoch 1 loss 0.5\rEpoch 1 loss 0.25\nEpoch 1 acc 0.125\n",
        {"loss": ("epoch", [1], [0.25]), "acc": ("epoch", [1], [0.125])},
    ),
    (
        "a carriage return paints over what says the same step, and only that",
        "\rEpoch 1 loss 0.5\rEpoch 1 loss 0.25\rEpoch 2 loss 0.125\n",
        {"loss": ("epoch", [1, 2], [0.25, 0.125])},
    ),
    (
        "steps that go back stay in the order of the file",
        "epoch 1 loss 0.5\nepoch 2 loss 0.4\nepoch 1 loss 0.3\nepoch 2 loss 0.2\n",
        {"loss": ("epoch", [1, 2, 1, 2], [0.5, 0.4, 0.3, 0.2])},
    ),
    (
        "CatBoost, learn and test, without the best",
        "Learning rate set to 0.5\n"
        "0:\tlearn: 0.75\ttest: 0.875\tbest: 0.875 (0)\ttotal: 12.3ms\tremaining: 1m 2s\n"
        "100:\tlearn: 0.5\ttest: 0.625\tbest: 0.625 (100)\ttotal: 1.2s\tremaining: 0us\n",
        {"learn": ("iteration", [0, 100], [0.75, 0.5]), "test": ("iteration", [0, 100], [0.875, 0.625])},
    ),
    (
        "XGBoost and LightGBM with one space, or behind the time",
        "[10] train-logloss:0.5 eval-logloss:0.75\n[20:51:03] [20] train-logloss:0.25   eval-logloss:0.5\n"
        "[30] training's auc: 0.5 valid_1's auc: 0.25\n",
        {
            "train-logloss": ("iteration", [10, 20], [0.5, 0.25]),
            "eval-logloss": ("iteration", [10, 20], [0.75, 0.5]),
            "training auc": ("iteration", [30], [0.5]),
            "valid_1 auc": ("iteration", [30], [0.25]),
        },
    ),
    (
        "spaCy: losses of training, scores of its evaluation",
        "E    #       LOSS TOK2VEC  LOSS TRANS...  TAG_ACC  SCORE \n"
        "---  ------  ------------  -------  -------  ------\n"
        "  0       0          0.25     1.50     10.50    0.10\n"
        "  1     200          0.50     0.75     50.25    0.50\n",
        {
            "LOSS TOK2VEC": ("iteration", [0, 200], [0.25, 0.5]),
            "LOSS TRANS": ("iteration", [0, 200], [1.5, 0.75]),
            "dev TAG_ACC": ("iteration", [0, 200], [10.5, 50.25]),
            "dev SCORE": ("iteration", [0, 200], [0.1, 0.5]),
        },
    ),
    (
        "YOLOv5, whose columns are bare words",
        "\n     Epoch   gpu_mem       box       obj       cls    labels  img_size\n"
        "       0/1     3.23G    0.0625   0.03125    0.0125        23    640: 100%|###| 8/8 [00:02<00:00]\n",
        {
            "box_loss": ("epoch", [0], [0.0625]),
            "obj_loss": ("epoch", [0], [0.03125]),
            "cls_loss": ("epoch", [0], [0.0125]),
            "labels": ("epoch", [0], [23.0]),
        },
    ),
    (
        "a step in brackets, unless the line has one of its own",
        "[10] recon loss: 0.5, kl loss: 0.25\n[20] hinge loss 0.75 | accuracy 0.5\n[4] Epoch 3 mae 0.125\n",
        {
            "recon loss": ("iteration", [10], [0.5]),
            "kl loss": ("iteration", [10], [0.25]),
            "hinge loss": ("iteration", [20], [0.75]),
            "accuracy": ("iteration", [20], [0.5]),
            "mae": ("epoch", [3], [0.125]),
        },
    ),
    (
        "what else stands in brackets is no step",
        "[4711] worker 3 started\n[1] 0.5\n[12] lr 0.5 is far too high\nstep 2 loss 0.25\n",
        {"loss": ("iteration", [2], [0.25])},
    ),
    (
        "epoch and batch in brackets",
        "[0/2][0/2]\tLoss_D: 1.5\tLoss_G: 0.5\n[1/2] [1/2] Loss_D: 1.25 Loss_G: 0.75\n",
        {"Loss_D": ("iteration", [0, 3], [1.5, 1.25]), "Loss_G": ("iteration", [0, 3], [0.5, 0.75])},
    ),
    (
        "behind the prefixes of glog and loguru",
        "I0704 12:00:01.123456 139 logging_writer.py:48] [100] accuracy=0.5, loss=0.25\n"
        "2024-01-01 10:00:01.123 | INFO     | __main__:train:120 - epoch=2 val_loss=0.75\n",
        {
            "accuracy": ("iteration", [100], [0.5]),
            "loss": ("iteration", [100], [0.25]),
            "val_loss": ("epoch", [2], [0.75]),
        },
    ),
    (
        "ESPnet: batches of an epoch, and its results by split",
        "[host] 2023-01-01 12:00:00 (trainer:721) INFO: 2epoch:train:1-50batch: loss_ctc=2.5, acc=0.5\n"
        "[host] 2023-01-01 12:00:00 (trainer:321) INFO: 2epoch results: [train] acc=0.5, [valid] acc=0.25\n",
        {
            "train loss_ctc": ("iteration", [50], [2.5]),
            "train acc": ("iteration", [50], [0.5]),
            "epoch train acc": ("epoch", [2], [0.5]),
            "valid acc": ("epoch", [2], [0.25]),
        },
    ),
    (
        "a dash before the number of an iteration, and a loss of any name",
        "Iter-100; D_loss: 1.25; G_loss: 0.5\nstep 200 triplet loss 0.75\nstep 300 previous loss 0.5\n",
        {
            "D_loss": ("iteration", [100], [1.25]),
            "G_loss": ("iteration", [100], [0.5]),
            "triplet loss": ("iteration", [200], [0.75]),
        },
    ),
)

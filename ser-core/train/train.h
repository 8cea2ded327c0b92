/* train.h - training a network on clips of features
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A trainer takes clips as frames of features (what a SerFrontEnd makes of them), draws random crops, runs the network
 * forward and backward over batches, and gives a SerModel. Two trainers with the same clips, configuration and seed
 * give the same model, bit for bit, on one build and machine, whatever the number of threads. */

#ifndef SER_TRAIN_H
#define SER_TRAIN_H

#include "model/model.h"
#include "train/sounds.h"

/* One clip. The arrays belong to the caller. */
typedef struct {
  const float *frames; /* [T, n] of SerFeatureSpec, before deltas and normalisation */
  gsize T;
  guint label;
  const float *votes;    /* [n_labels] distribution (sum 1) blended into the target by SerTrainConfig.votes, or NULL */
  const float *soft;     /* the same, by SerTrainConfig.soft */
  const gint16 *samples; /* [n_samples] that the frames were made of; NULL unless the augmentation acts on samples */
  gsize n_samples;
} SerTrainClip;

/* Struct, array and what its clips point to belong to the caller and must outlive the trainer, which copies none. */
typedef struct {
  const SerTrainClip *clips;
  gsize n_clips;
} SerTrainSet;

typedef enum {
  SER_SCHEDULE_ONE_CYCLE, /* Smith and Topin 2018, as PyTorch's OneCycleLR: cosine up over the first 30 % of steps from
                             lr / 25, cosine down to lr / 25e4 */
  SER_SCHEDULE_COSINE,    /* cosine from lr to 0 */
  SER_SCHEDULE_CONSTANT,
} SerSchedule;

typedef struct {
  guint epochs; /* 1 to 10000 */
  guint batch;  /* clips, 1 to 4096 */
  double lr;    /* peak learning rate */
  SerSchedule schedule;
  double weight_decay;       /* AdamW (Loshchilov and Hutter 2019), on weight matrices only, not on biases and bn */
  double clip_norm;          /* gradients are scaled down to this global norm; 0: never */
  double label_smoothing;    /* 0 to 0.9 */
  double votes;              /* 0 to 1: share of SerTrainClip.votes in the target */
  double soft;               /* 0 to 1: share of SerTrainClip.soft in the target; with `votes` at most 1 */
  const char *augment;       /* augmentation line, see train/chain.h; "" for none; mixup is off in the last sixth */
  const SerSounds *sounds;   /* recordings that the line draws from, or NULL; outlives the trainer */
  double average;            /* decay per step of an exponential average of the weights; 0: none */
  guint patience;            /* epochs without a better validation UAR before stopping; 0: never stops early */
  guint encoder_epochs;      /* of the autoencoder whose encoder an architecture begins with, 1 to 10000 */
  gboolean keep_best;        /* the model is the best epoch's by validation UAR, else the last epoch's */
  double crop_min, crop_max; /* s; crops are drawn uniformly between, clips shorter than the draw stay whole */
  guint64 seed;
  guint threads; /* 0: one per core, at most 256; the result does not depend on it */
} SerTrainConfig;

void ser_train_config_init (SerTrainConfig *config);

/* After each epoch, and (with batch > 0) after some batches. Losses are cross entropies in nats, the training figures
 * those of the augmented batches as they were seen, the validation figures those of whole clips. Where an encoder is
 * trained first, that is epoch 0 with the autoencoder's epochs for batches; from its end on the shares are set. */
typedef struct {
  guint epoch, epochs;  /* from 1 */
  guint batch, batches; /* within the epoch; batch 0: the epoch is over and the figures below are set */
  double train_explained, valid_explained; /* share of the variance of the clips' features that is left in the code, see
                                              train/autoencoder.h; NAN without an encoder trained here, or such a set */
  double lr;
  double train_loss, train_accuracy;
  double valid_loss, valid_accuracy, valid_uar; /* NAN without a validation set */
  double seconds;                               /* of this epoch so far */
} SerTrainProgress;

/* FALSE stops the training after this epoch. */
typedef gboolean (*SerTrainCallback) (const SerTrainProgress *progress, gpointer data);

typedef struct _SerTrainer SerTrainer;

/* `parts` gives lines, labels and window; its mean and std are ignored and computed over `train` where the features
 * line asks for them. `valid` may be NULL. Fails with SER_ERROR_LINE, SER_ERROR_CONFIG or SER_ERROR_DATA, or as
 * ser_model_new() for labels or a window that no model may have. Sets OpenBLAS to one thread for the whole process, as
 * the trainer's own threads divide the work. */
SerTrainer *ser_trainer_new (const SerModelParts *parts, const SerTrainConfig *config, const SerTrainSet *train,
    const SerTrainSet *valid, GError **error);
void ser_trainer_free (SerTrainer *trainer);

/* Fine-tuning: before the training starts, takes the weights and running statistics of `model` whose tensors have the
 * name and shape of the network's own; the others, a last layer of other labels say, stay as they were drawn. An
 * encoder that is taken is not trained again. Returns how many values were taken. The features need not be the same,
 * but should. */
gsize ser_trainer_start_from (SerTrainer *trainer, const SerModel *model);

/* Trains to the end; callback may be NULL. */
void ser_trainer_run (SerTrainer *trainer, SerTrainCallback callback, gpointer data);

/* Epoch of the weights that ser_trainer_get_model() gives, from 1; 0 before the first is over. */
guint ser_trainer_get_epoch (const SerTrainer *trainer);

/* The trained model, temperature 1, without free-text metadata; free with ser_model_unref(). */
SerModel *ser_trainer_get_model (SerTrainer *trainer, GError **error);

/* ---- figures (train/metrics.c) ---- */

typedef struct {
  gsize clips;
  guint n_labels;
  double accuracy, uar, macro_f1;
  double ece;  /* expected calibration error over 15 bins of equal mass (Nguyen and O'Connor 2015) */
  double loss; /* mean cross entropy in nats */
  guint confusion[SER_MAX_LABELS][SER_MAX_LABELS]; /* [true][predicted] */
} SerMetrics;

/* probabilities [n, n_labels] against truth [n]. UAR and F1 average over the labels that occur in truth. */
void ser_metrics_compute (SerMetrics *metrics, const float *probabilities, const guint *truth, gsize n, guint n_labels);

/* Temperature that minimises the cross entropy of logits [n, n_labels] (Guo et al. 2017), in [0.05, 20]. */
double ser_metrics_fit_temperature (const float *logits, const guint *truth, gsize n, guint n_labels);

#endif /* SER_TRAIN_H */

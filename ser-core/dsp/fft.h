/* fft.h - real discrete Fourier transform
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A thin layer over FFTW in single precision, the only one that knows FFTW. A SerFft owns its two buffers, aligned for
 * vector instructions; one thread at a time may use it. Any number may be made and freed by different threads at once.
 */

#ifndef SER_FFT_H
#define SER_FFT_H

#include <glib.h>

typedef struct _SerFft SerFft;

/* A transform of n real values, n even. Its buffers hold zeros. */
SerFft *ser_fft_new (guint n);
void ser_fft_free (SerFft *fft);

/* The two buffers: real [n], and spectrum [n / 2 + 1][2], real and imaginary part of bins 0 to n / 2. */
float *ser_fft_get_real (SerFft *fft);
float *ser_fft_get_spectrum (SerFft *fft);

/* X_k = sum_j x_j exp (-2 pi i j k / n): real -> spectrum. The real buffer keeps its values. */
void ser_fft_forward (SerFft *fft);

/* x_j = sum_k X_k exp (2 pi i j k / n) over all n bins, that is, n times the inverse of ser_fft_forward():
 * spectrum -> real. The spectrum is overwritten. */
void ser_fft_inverse (SerFft *fft);

/* |X_k|^2 of what the spectrum holds -> power [n / 2 + 1]. */
void ser_fft_power (const SerFft *fft, float *power);

#endif /* SER_FFT_H */

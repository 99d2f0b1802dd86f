// Steps of optimizers, in place: one function for each rule, in one pass over its arrays. What the
// numbers mean stands at the rule's step in Backends/UpdateSteps.
//
// All arrays are dense and hold `count` floats, of which a call updates those from `first` to before
// `last`. The kernels that call the functions are generated around this text, for several parameters
// at once; see UpdateSource.
//
// Options, which select a variant of a rule: MOMENTUM, NESTEROV, CENTERED, AMSGRAD; DECOUPLED, where
// the weight decay acts on the parameter itself.

// Each operation is rounded by itself, as in the reference.
#pragma OPENCL FP_CONTRACT OFF

#define RULE static inline void
#define RANGE const ulong first, const ulong last, const ulong count
#define ELEMENTS(i) for (ulong i = first; i < last; ++i)

#define CHANGED __global float *restrict
#define PARAMETER_AND_GRADIENT CHANGED parameter, __global const float *restrict gradient

// p and g after the weight decay.
#ifdef DECOUPLED
#define DECAYED_PARAMETER(i, rate, decay) (parameter[i] * (1.0f - rate * decay))
#define DECAYED_GRADIENT(i, decay) (gradient[i])
#else
#define DECAYED_PARAMETER(i, rate, decay) (parameter[i])
#define DECAYED_GRADIENT(i, decay) (gradient[i] + decay * parameter[i])
#endif

// Decaying means of numbers and of their squares.
#define MEAN(mean, beta, x) (beta * mean + (1.0f - beta) * x)
#define SQUARE(square, beta, x) (beta * square + (1.0f - beta) * x * x)

// g = gradient + decay p; with momentum v = momentum v + g; p = p - rate (g, v or g + momentum v).
RULE sgd(RANGE, const float rate, const float momentum, const float decay,
         PARAMETER_AND_GRADIENT
#ifdef MOMENTUM
         , CHANGED velocity
#endif
         )
{
  ELEMENTS(i) {
    const float p = parameter[i];
    const float g = gradient[i] + decay * p;
#ifdef MOMENTUM
    const float v = momentum * velocity[i] + g;
    velocity[i] = v;
#ifdef NESTEROV
    parameter[i] = p - rate * (g + momentum * v);
#else
    parameter[i] = p - rate * v;
#endif
#else
    parameter[i] = p - rate * g;
#endif
  }
}

// s = s + g g; p = p - rate g / (sqrt(s) + epsilon).
RULE adagrad(RANGE, const float rate, const float epsilon, const float decay,
             PARAMETER_AND_GRADIENT, CHANGED sum)
{
  ELEMENTS(i) {
    const float g = DECAYED_GRADIENT(i, decay);
    const float s = sum[i] + g * g;
    sum[i] = s;
    parameter[i] = parameter[i] - rate * (g / (sqrt(s) + epsilon));
  }
}

// v = alpha v + (1 - alpha) g g; d = g / (sqrt(v) + epsilon), centred with v - m m for v where
// m = alpha m + (1 - alpha) g; with momentum b = d = momentum b + d; p = p - rate d.
RULE rmsprop(RANGE, const float rate, const float alpha, const float epsilon,
             const float decay, const float momentum, PARAMETER_AND_GRADIENT, CHANGED square
#ifdef CENTERED
             , CHANGED mean
#endif
#ifdef MOMENTUM
             , CHANGED velocity
#endif
             )
{
  ELEMENTS(i) {
    const float g = DECAYED_GRADIENT(i, decay);
    float v = SQUARE(square[i], alpha, g);
    square[i] = v;
#ifdef CENTERED
    const float m = MEAN(mean[i], alpha, g);
    mean[i] = m;
    v = v - m * m;
#endif
    float direction = g / (sqrt(v) + epsilon);
#ifdef MOMENTUM
    direction = momentum * velocity[i] + direction;
    velocity[i] = direction;
#endif
    parameter[i] = parameter[i] - rate * direction;
  }
}

// v = rho v + (1 - rho) g g; d = sqrt(u + epsilon) / sqrt(v + epsilon) g;
// u = rho u + (1 - rho) d d; p = p - rate d.
RULE adadelta(RANGE, const float rate, const float rho, const float epsilon,
              const float decay, PARAMETER_AND_GRADIENT, CHANGED square, CHANGED delta)
{
  ELEMENTS(i) {
    const float g = DECAYED_GRADIENT(i, decay);
    const float v = SQUARE(square[i], rho, g);
    const float direction = sqrt(delta[i] + epsilon) / sqrt(v + epsilon) * g;
    square[i] = v;
    delta[i] = SQUARE(delta[i], rho, direction);
    parameter[i] = parameter[i] - rate * direction;
  }
}

// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g g; with AMSGrad the largest v so far;
// p = p - rate (m / correction1) / (sqrt(v / correction2) + epsilon).
RULE adam(RANGE, const float rate, const float beta1, const float beta2,
          const float epsilon, const float decay, const float correction1, const float correction2,
          PARAMETER_AND_GRADIENT, CHANGED mean, CHANGED square
#ifdef AMSGRAD
          , CHANGED maximum
#endif
          )
{
  ELEMENTS(i) {
    const float p = DECAYED_PARAMETER(i, rate, decay);
    const float g = DECAYED_GRADIENT(i, decay);
    const float m = MEAN(mean[i], beta1, g);
    float v = SQUARE(square[i], beta2, g);
    mean[i] = m;
    square[i] = v;
#ifdef AMSGRAD
    v = v > maximum[i] ? v : maximum[i];
    maximum[i] = v;
#endif
    parameter[i] = p - rate * (m / correction1) / (sqrt(v / correction2) + epsilon);
  }
}

// m = beta1 m + (1 - beta1) g; u = max(beta2 u, |g| + epsilon); p = p - rate m / u.
RULE adamax(RANGE, const float rate, const float beta1, const float beta2,
            const float epsilon, const float decay, PARAMETER_AND_GRADIENT, CHANGED mean,
            CHANGED maximum)
{
  ELEMENTS(i) {
    const float g = DECAYED_GRADIENT(i, decay);
    const float m = MEAN(mean[i], beta1, g);
    const float past = beta2 * maximum[i];
    const float now = fabs(g) + epsilon;
    const float u = past > now ? past : now;
    mean[i] = m;
    maximum[i] = u;
    parameter[i] = parameter[i] - rate * (m / u);
  }
}

// Means m and v as in adam; p = p - (gradient_rate g + mean_rate m) / (sqrt(v / correction2)
// + epsilon).
RULE nadam(RANGE, const float rate, const float beta1, const float beta2,
           const float epsilon, const float decay, const float gradient_rate,
           const float mean_rate, const float correction2, PARAMETER_AND_GRADIENT, CHANGED mean,
           CHANGED square)
{
  ELEMENTS(i) {
    const float p = DECAYED_PARAMETER(i, rate, decay);
    const float g = DECAYED_GRADIENT(i, decay);
    const float m = MEAN(mean[i], beta1, g);
    const float v = SQUARE(square[i], beta2, g);
    mean[i] = m;
    square[i] = v;
    parameter[i] = p - (gradient_rate * g + mean_rate * m) / (sqrt(v / correction2) + epsilon);
  }
}

// Means m and v as in adam; p = p - rate (m / correction1) rectification / (sqrt(v) + epsilon), and
// without the division while rectification is 0.
RULE radam(RANGE, const float rate, const float beta1, const float beta2,
           const float epsilon, const float decay, const float correction1,
           const float rectification, PARAMETER_AND_GRADIENT, CHANGED mean, CHANGED square)
{
  ELEMENTS(i) {
    const float p = DECAYED_PARAMETER(i, rate, decay);
    const float g = DECAYED_GRADIENT(i, decay);
    const float m = MEAN(mean[i], beta1, g);
    const float v = SQUARE(square[i], beta2, g);
    mean[i] = m;
    square[i] = v;
    const float factor = rectification > 0.0f ? rectification / (sqrt(v) + epsilon) : 1.0f;
    parameter[i] = p - rate * (m / correction1) * factor;
  }
}

// p = p - rate sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g.
RULE lion(RANGE, const float rate, const float beta1, const float beta2,
          const float decay, PARAMETER_AND_GRADIENT, CHANGED mean)
{
  ELEMENTS(i) {
    const float p = DECAYED_PARAMETER(i, rate, decay);
    const float g = DECAYED_GRADIENT(i, decay);
    const float direction = MEAN(mean[i], beta1, g);
    mean[i] = MEAN(mean[i], beta2, g);
    // Not sign(), which makes 0 of what is no number.
    const float unit = direction > 0.0f ? 1.0f : direction < 0.0f ? -1.0f : direction;
    parameter[i] = p - rate * unit;
  }
}

// The first pass of LAMB: the means m and v as in adam, the direction
// d = (m / correction1) / (sqrt(v / correction2) + epsilon) + decay p, and the squares of p and of d
// one after the other, whose sums the second pass needs.
RULE lamb(RANGE, const float beta1, const float beta2, const float epsilon,
          const float decay, const float correction1, const float correction2,
          PARAMETER_AND_GRADIENT, CHANGED mean, CHANGED square, CHANGED direction,
          CHANGED squares)
{
  ELEMENTS(i) {
    const float p = parameter[i];
    const float g = gradient[i];
    const float m = MEAN(mean[i], beta1, g);
    const float v = SQUARE(square[i], beta2, g);
    mean[i] = m;
    square[i] = v;
    const float d = (m / correction1) / (sqrt(v / correction2) + epsilon) + decay * p;
    direction[i] = d;
    squares[i] = p * p;
    squares[count + i] = d * d;
  }
}

// The second pass: p = p - rate sqrt(sums[0] / sums[1]) d; the factor is 1 where a sum is 0.
RULE lamb_move(RANGE, const float rate, CHANGED parameter,
               __global const float *restrict direction, __global const float *restrict sums)
{
  const float factor = sums[0] > 0.0f && sums[1] > 0.0f ? sqrt(sums[0] / sums[1]) : 1.0f;
  ELEMENTS(i) parameter[i] = parameter[i] - rate * factor * direction[i];
}

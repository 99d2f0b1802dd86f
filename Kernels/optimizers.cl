// Steps of optimizers: one function for each rule, which changes the numbers of WIDTH neighbouring
// elements. What the numbers mean stands at the rule's step in Backends/UpdateSteps.
//
// The kernels that load the elements, call the functions and store what they change are generated
// around this text, for several parameters at once; see UpdateSource.
//
// Options: WIDTH, above 1; and those that select a variant of a rule: MOMENTUM, NESTEROV, CENTERED,
// AMSGRAD; DECOUPLED, where the weight decay acts on the parameter itself.

#include "lanes.cl"

// Each operation is rounded by itself, as in the reference.
#pragma OPENCL FP_CONTRACT OFF

#define RULE static inline void
#define CHANGED Lanes *
#define READ const Lanes
#define PARAMETER_AND_GRADIENT CHANGED parameter, READ gradient

// p and g after the weight decay.
#ifdef DECOUPLED
#define DECAYED_PARAMETER(rate, decay) (*parameter * (1.0f - rate * decay))
#define DECAYED_GRADIENT(decay) gradient
#else
#define DECAYED_PARAMETER(rate, decay) (*parameter)
#define DECAYED_GRADIENT(decay) (gradient + decay * *parameter)
#endif

// Decaying means of numbers and of their squares.
#define MEAN(mean, beta, x) (beta * mean + (1.0f - beta) * x)
#define SQUARE(square, beta, x) (beta * square + (1.0f - beta) * x * x)

// g = gradient + decay p; with momentum v = momentum v + g; p = p - rate (g, v or g + momentum v).
RULE sgd(const float rate, const float momentum, const float decay,
         PARAMETER_AND_GRADIENT
#ifdef MOMENTUM
         , CHANGED velocity
#endif
         )
{
  const Lanes p = *parameter;
  const Lanes g = gradient + decay * p;
#ifdef MOMENTUM
  const Lanes v = momentum * *velocity + g;
  *velocity = v;
#ifdef NESTEROV
  *parameter = p - rate * (g + momentum * v);
#else
  *parameter = p - rate * v;
#endif
#else
  *parameter = p - rate * g;
#endif
}

// s = s + g g; p = p - rate g / (sqrt(s) + epsilon).
RULE adagrad(const float rate, const float epsilon, const float decay,
             PARAMETER_AND_GRADIENT, CHANGED sum)
{
  const Lanes g = DECAYED_GRADIENT(decay);
  const Lanes s = *sum + g * g;
  *sum = s;
  *parameter = *parameter - rate * (g / (sqrt(s) + epsilon));
}

// v = alpha v + (1 - alpha) g g; d = g / (sqrt(v) + epsilon), centred with v - m m for v where
// m = alpha m + (1 - alpha) g; with momentum b = d = momentum b + d; p = p - rate d.
RULE rmsprop(const float rate, const float alpha, const float epsilon,
             const float decay, const float momentum, PARAMETER_AND_GRADIENT, CHANGED square
#ifdef CENTERED
             , CHANGED mean
#endif
#ifdef MOMENTUM
             , CHANGED velocity
#endif
             )
{
  const Lanes g = DECAYED_GRADIENT(decay);
  Lanes v = SQUARE(*square, alpha, g);
  *square = v;
#ifdef CENTERED
  const Lanes m = MEAN(*mean, alpha, g);
  *mean = m;
  v = v - m * m;
#endif
  Lanes direction = g / (sqrt(v) + epsilon);
#ifdef MOMENTUM
  direction = momentum * *velocity + direction;
  *velocity = direction;
#endif
  *parameter = *parameter - rate * direction;
}

// v = rho v + (1 - rho) g g; d = sqrt(u + epsilon) / sqrt(v + epsilon) g;
// u = rho u + (1 - rho) d d; p = p - rate d.
RULE adadelta(const float rate, const float rho, const float epsilon,
              const float decay, PARAMETER_AND_GRADIENT, CHANGED square, CHANGED delta)
{
  const Lanes g = DECAYED_GRADIENT(decay);
  const Lanes v = SQUARE(*square, rho, g);
  const Lanes direction = sqrt(*delta + epsilon) / sqrt(v + epsilon) * g;
  *square = v;
  *delta = SQUARE(*delta, rho, direction);
  *parameter = *parameter - rate * direction;
}

// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g g; with AMSGrad the largest v so far;
// p = p - rate (m / correction1) / (sqrt(v / correction2) + epsilon).
RULE adam(const float rate, const float beta1, const float beta2,
          const float epsilon, const float decay, const float correction1, const float correction2,
          PARAMETER_AND_GRADIENT, CHANGED mean, CHANGED square
#ifdef AMSGRAD
          , CHANGED maximum
#endif
          )
{
  const Lanes p = DECAYED_PARAMETER(rate, decay);
  const Lanes g = DECAYED_GRADIENT(decay);
  const Lanes m = MEAN(*mean, beta1, g);
  Lanes v = SQUARE(*square, beta2, g);
  *mean = m;
  *square = v;
#ifdef AMSGRAD
  v = v > *maximum ? v : *maximum;
  *maximum = v;
#endif
  *parameter = p - rate * (m / correction1) / (sqrt(v / correction2) + epsilon);
}

// m = beta1 m + (1 - beta1) g; u = max(beta2 u, |g| + epsilon); p = p - rate m / u.
RULE adamax(const float rate, const float beta1, const float beta2,
            const float epsilon, const float decay, PARAMETER_AND_GRADIENT, CHANGED mean,
            CHANGED maximum)
{
  const Lanes g = DECAYED_GRADIENT(decay);
  const Lanes m = MEAN(*mean, beta1, g);
  const Lanes past = beta2 * *maximum;
  const Lanes now = fabs(g) + epsilon;
  const Lanes u = past > now ? past : now;
  *mean = m;
  *maximum = u;
  *parameter = *parameter - rate * (m / u);
}

// Means m and v as in adam; p = p - (gradient_rate g + mean_rate m) / (sqrt(v / correction2)
// + epsilon).
RULE nadam(const float rate, const float beta1, const float beta2,
           const float epsilon, const float decay, const float gradient_rate,
           const float mean_rate, const float correction2, PARAMETER_AND_GRADIENT, CHANGED mean,
           CHANGED square)
{
  const Lanes p = DECAYED_PARAMETER(rate, decay);
  const Lanes g = DECAYED_GRADIENT(decay);
  const Lanes m = MEAN(*mean, beta1, g);
  const Lanes v = SQUARE(*square, beta2, g);
  *mean = m;
  *square = v;
  *parameter = p - (gradient_rate * g + mean_rate * m) / (sqrt(v / correction2) + epsilon);
}

// Means m and v as in adam; p = p - rate (m / correction1) rectification / (sqrt(v) + epsilon), and
// without the division while rectification is 0.
RULE radam(const float rate, const float beta1, const float beta2,
           const float epsilon, const float decay, const float correction1,
           const float rectification, PARAMETER_AND_GRADIENT, CHANGED mean, CHANGED square)
{
  const Lanes p = DECAYED_PARAMETER(rate, decay);
  const Lanes g = DECAYED_GRADIENT(decay);
  const Lanes m = MEAN(*mean, beta1, g);
  const Lanes v = SQUARE(*square, beta2, g);
  *mean = m;
  *square = v;
  const Lanes factor = rectification > 0.0f ? rectification / (sqrt(v) + epsilon) : (Lanes)(1.0f);
  *parameter = p - rate * (m / correction1) * factor;
}

// p = p - rate sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g.
RULE lion(const float rate, const float beta1, const float beta2,
          const float decay, PARAMETER_AND_GRADIENT, CHANGED mean)
{
  const Lanes p = DECAYED_PARAMETER(rate, decay);
  const Lanes g = DECAYED_GRADIENT(decay);
  const Lanes direction = MEAN(*mean, beta1, g);
  *mean = MEAN(*mean, beta2, g);
  // Not sign(), which makes 0 of what is no number.
  const Lanes below = direction < 0.0f ? (Lanes)(-1.0f) : direction;
  const Lanes unit = direction > 0.0f ? (Lanes)(1.0f) : below;
  *parameter = p - rate * unit;
}

// The first pass of LAMB: the means m and v as in adam, and the direction
// d = (m / correction1) / (sqrt(v / correction2) + epsilon) + decay p.
RULE lamb(const float beta1, const float beta2, const float epsilon, const float decay,
          const float correction1, const float correction2, PARAMETER_AND_GRADIENT, CHANGED mean,
          CHANGED square, CHANGED direction)
{
  const Lanes m = MEAN(*mean, beta1, gradient);
  const Lanes v = SQUARE(*square, beta2, gradient);
  *mean = m;
  *square = v;
  *direction = (m / correction1) / (sqrt(v / correction2) + epsilon) + decay * *parameter;
}

// The second pass, from the sums of the squares of p and d: p = p - rate |p| / |d| d; the factor is 1
// where either is 0.
RULE lamb_move(const float rate, CHANGED parameter, READ direction, const float parameter_squares,
               const float direction_squares)
{
  const float factor = parameter_squares > 0.0f && direction_squares > 0.0f
      ? sqrt(parameter_squares / direction_squares) : 1.0f;
  *parameter = *parameter - rate * factor * direction;
}

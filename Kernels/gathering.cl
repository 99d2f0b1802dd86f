// A convolution, or a part of the gradient of one, as products of weights and what positions see.

// What the positions see and where the weights and results are. Sizes of channels are those of one
// group.
typedef struct {
  int images, groups, rows, channels;
  int sourceHeight, sourceWidth, resultHeight, resultWidth;
  // Positions of one image.
  int positionsY, positionsX;
  // At tap t, position p sees start + p * step + t * move.
  int stepY, stepX, startY, startX, moveY, moveX;
  int tapsY, tapsX;
  // weights[first + row * … + channel * … + tap * …], `weightGroup` from one group to the next.
  int weightGroup, firstWeight, weightRow, weightChannel, weightY, weightX;
  // Position p is the result's pixel first + p * resultStep.
  int firstY, firstX, resultStepY, resultStepX;
} Gathering;

// The sign of a cut, around (0, 0): open scissors, their handles below.

export const SCISSORS = "M-4,-5L3,3M4,-5L-3,3M-3.6,7a2,2 0 1,0 0,-4a2,2 0 0,0 0,4zM3.6,7a2,2 0 1,0 0,-4a2,2 0 0,0 0,4z";

using Xunit.Sdk;
using Xunit.v3;

// Memory, threads and processor time are counted for the process: one test at a time, and a process of its own for them all, in which
// nothing that other tests left behind goes away in the middle of a measurement.
[assembly: Parallelization(Mode = ParallelMode.None)]

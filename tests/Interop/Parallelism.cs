using Xunit.v3;

// Two cores are soon busy with both ends of one conversation.
[assembly: Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

using System.Runtime.CompilerServices;
using Switchboard.Diagnostics;

namespace Switchboard.Tests.Handlers;

/// <summary>A handler is called in the log what it is called in its source.</summary>
public sealed class HandlerNameTests
{
    private const string Here = "Switchboard.Tests.Handlers.HandlerNameTests";

    [Fact]
    public void A_method_has_its_own_name()
    {
        Assert.Equal($"{Here}.Method", HandlerName.Of(Method));
        Assert.Equal($"{Here}.Room.OnText", HandlerName.Of(new Room<int>().OnText));
    }

    [Fact]
    public void A_lambda_has_that_of_the_method_that_it_stands_in()
    {
        var closedOver = 1;

        Assert.Equal($"{Here}.{nameof(A_lambda_has_that_of_the_method_that_it_stands_in)} (lambda)", HandlerName.Of(static () => { }));
        Assert.Equal($"{Here}.{nameof(A_lambda_has_that_of_the_method_that_it_stands_in)} (lambda)", HandlerName.Of(() => closedOver++));
    }

    [Fact]
    public void A_local_function_has_its_own_behind_that()
    {
        static void Greet()
        {
        }

        Assert.Equal($"{Here}.{nameof(A_local_function_has_its_own_behind_that)}.Greet", HandlerName.Of(Greet));
    }

    [Fact]
    public void Several_are_all_named_and_none_is_not()
    {
        Action both = Method;
        both += new Room<int>().OnText;

        Assert.Equal($"{Here}.Method or {Here}.Room.OnText", HandlerName.Of(both, null));
        Assert.Equal("of no name", HandlerName.Of((Delegate?)null));
    }

    [Theory]
    [InlineData("Task", "Later")]
    [InlineData("ValueTask", "LaterAsValue")]
    [InlineData("pooled", "LaterPooled")]
    [InlineData("lambda", "AfterLambda (lambda)")]
    [InlineData("source", "Later")]
    public void After_an_await_it_is_the_async_method(string kind, string expected)
    {
        var context = new Recorder();
        var gate = new TaskCompletionSource();
        var previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            _ = kind switch
            {
                "Task" => Later(gate.Task),
                "ValueTask" => LaterAsValue(gate.Task).AsTask(),
                "pooled" => LaterPooled(gate.Task).AsTask(),
                "lambda" => AfterLambda(gate.Task),
                _ => Later(Task.CompletedTask),
            };
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }

        gate.TrySetResult();

        Assert.Equal($"{Here}.{expected}, after an await", Assert.Single(context.Names));
    }

    private static void Method()
    {
    }

    private static async Task Later(Task before)
    {
        if (before.IsCompleted)
        {
            await Task.Yield();
        }

        await before;
    }

    private static async ValueTask LaterAsValue(Task before) => await before;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask LaterPooled(Task before) => await before;

    private static Task AfterLambda(Task before)
    {
        var handler = async () => await before;
        return handler();
    }

    private sealed class Room<T>
    {
        private int _count;

        internal void OnText() => _count++;
    }

    private sealed class Recorder : SynchronizationContext
    {
        internal List<string> Names { get; } = [];

        public override void Post(SendOrPostCallback d, object? state) => Names.Add(HandlerName.OfPosted(d, state));
    }
}

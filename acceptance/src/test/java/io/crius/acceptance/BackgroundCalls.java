package io.crius.acceptance;

import io.grpc.Status;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Calls that a test does not wait for yet. Closing waits until all are over. */
final class BackgroundCalls implements AutoCloseable {
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    /** A call without an answer of its own. */
    interface Call {
        void make() throws Exception;
    }

    <T> CompletableFuture<T> begin(Callable<T> call) {
        var result = new CompletableFuture<T>();
        callers.execute(() -> {
            try {
                result.complete(call.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    CompletableFuture<Boolean> begin(Call call) {
        return begin(() -> {
            call.make();
            return true;
        });
    }

    /** How it ended, once it has. */
    static Status status(CompletableFuture<?> call) throws Exception {
        try {
            call.get(60, TimeUnit.SECONDS);
            return Status.OK;
        } catch (ExecutionException e) {
            return Status.fromThrowable(e);
        }
    }

    static Status.Code code(CompletableFuture<?> call) throws Exception {
        return status(call).getCode();
    }

    @Override
    public void close() {
        callers.close();
    }
}

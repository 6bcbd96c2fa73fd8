package io.crius.runtime.exit;

import io.crius.model.ContainerId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A listener that one thread waits for. */
final class PendingExit implements ExitListener {
    private final CompletableFuture<ContainerExit> exit = new CompletableFuture<>();

    @Override
    public void exited(ContainerExit ended) {
        exit.complete(ended);
    }

    @Override
    public void monitorLost(ContainerId id) {
        // The container was found dead; its exit follows.
    }

    ContainerExit await() throws InterruptedException {
        try {
            return exit.get();
        } catch (ExecutionException e) {
            throw new AssertionError("never completed exceptionally", e);
        }
    }
}

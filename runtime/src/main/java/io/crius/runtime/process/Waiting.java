package io.crius.runtime.process;

/** Waiting that an interrupt does not end. */
public final class Waiting {
    private Waiting() {}

    /** Blocks: until the thread has ended. An interrupt meanwhile stays set. */
    public static void forEnd(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.crius.image.pull;

/** Waiting for a thread that has been told to end, come what may. */
final class ThreadEnd {
    private ThreadEnd() {}

    /** An interrupt does not shorten the wait; the flag is set afterwards. */
    static void await(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

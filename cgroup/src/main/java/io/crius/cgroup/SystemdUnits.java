package io.crius.cgroup;

/** What systemd is asked for. Thread-safe. Calls block until systemd has answered, for seconds at the most. */
public interface SystemdUnits {
    /**
     * Starts a scope with one process in it, and waits until the process is there.
     *
     * @param unit ends in {@code .scope}
     * @param slice the slice that it is in
     * @throws io.crius.model.CriusException.Failed where systemd cannot be reached, or refuses
     */
    void startScope(String unit, String slice, long pid);

    /** The unit that this process runs in, or would; what it starts is to be stopped before it. */
    String own();

    /** Has a unit stopped. One that systemd does not know is success. */
    void stop(String unit);
}

package io.crius.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * A kernel for tests that need no root: mounts, namespaces and processes are a model in memory, stricter than Linux; files,
 * attributes, locks and descriptors are the real ones, for use in temporary folders. What is mounted cannot be seen in the
 * folders; pins are empty files.
 *
 * <p>Calls that change the model are counted and logged, and the n-th can be made to fail. Thread-safe.
 */
public final class FakeLinux {
    private final FakeCalls calls = new FakeCalls();
    private final FakeMounts mounts = new FakeMounts(calls);
    private final FakeNamespaces namespaces = new FakeNamespaces(calls);
    private final FakeProcesses processes = new FakeProcesses(calls);
    private final Linux linux;

    public FakeLinux() {
        Linux real = Linux.real();
        this.linux = real.withMounts(mounts)
                .withNamespaces(namespaces)
                .withProcesses(processes)
                .withFeatures(new FakeFeatures(mounts, namespaces));
    }

    /** What the code under test gets. */
    public Linux linux() {
        return linux;
    }

    public FakeMounts mounts() {
        return mounts;
    }

    public FakeNamespaces namespaces() {
        return namespaces;
    }

    public FakeProcesses processes() {
        return processes;
    }

    /** The calls that changed something, or would have, in order: {@code mount(tmpfs, /x)}. */
    public List<String> calls() {
        return calls.log();
    }

    /** Forgets the calls so far. */
    public void forgetCalls() {
        calls.forget();
    }

    /** Lets the n-th of the calls to come fail, once; 1 is the next. */
    public void failAt(int n, Errno errno) {
        calls.failAt(n, errno);
    }

    /** Lets every call fail that begins so, {@code umount2(/x}, until {@link #failNothing}. */
    public void failAlways(String beginning, Errno errno) {
        calls.failAlways(beginning, errno);
    }

    public void failNothing() {
        calls.failNothing();
    }

    /** What the code under test took and did not give back: a line for each mount, pin, process. */
    public List<String> leftovers() {
        var left = new ArrayList<String>();
        left.addAll(mounts.leftovers());
        left.addAll(namespaces.leftovers());
        left.addAll(processes.leftovers());
        return left;
    }

    /** @throws AssertionError naming what is left */
    public void assertNothingLeft() {
        List<String> left = leftovers();
        if (!left.isEmpty()) {
            throw new AssertionError("left behind: " + left + "\nafter the calls " + calls());
        }
    }
}

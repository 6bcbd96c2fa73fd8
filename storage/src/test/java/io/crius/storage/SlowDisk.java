package io.crius.storage;

import io.crius.linux.Descriptors;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Linux;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;

/** The real kernel, but from a moment on whoever waits for the disk waits until a test lets it go on, or fail. */
final class SlowDisk {
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean slow;
    private volatile boolean broken;

    void begin() {
        slow = true;
    }

    void goOn() {
        answered.countDown();
    }

    void breakDown() {
        broken = true;
        answered.countDown();
    }

    Linux of(Linux real) {
        Object slowed = Proxy.newProxyInstance(
                Descriptors.class.getClassLoader(), new Class<?>[] {Descriptors.class}, (_, method, arguments) -> {
                    if (slow && "fdatasync".equals(method.getName())) {
                        waitForTheDisk();
                    }
                    return invoke(real.descriptors(), method, arguments);
                });
        return real.withDescriptors((Descriptors) slowed);
    }

    private void waitForTheDisk() throws ErrnoException, InterruptedException {
        answered.await();
        if (broken) {
            throw new ErrnoException("fdatasync", Errno.EIO);
        }
    }

    private static Object invoke(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}

package io.crius.storage;

import io.crius.linux.Descriptors;
import io.crius.linux.FileAttributes;
import io.crius.linux.Linux;
import io.crius.linux.Mounts;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The real kernel, but the process dies, as by kill -9, right before its n-th change. */
final class DyingKernel {
    private static final Set<String> CHANGES = Set.of(
            "mkdirAt",
            "symlinkAt",
            "linkAt",
            "renameAt",
            "unlinkAt",
            "mknodAt",
            "write",
            "pwrite",
            "overlay",
            "unmount");

    private final AtomicInteger left;

    private DyingKernel(int steps) {
        this.left = new AtomicInteger(steps);
    }

    static Linux dyingAfter(int steps, Linux real) {
        var dying = new DyingKernel(steps);
        return real.withDescriptors(dying.wrap(Descriptors.class, real.descriptors()))
                .withMounts(dying.wrap(Mounts.class, real.mounts()))
                .withAttributes(dying.wrap(FileAttributes.class, real.attributes()));
    }

    private <T> T wrap(Class<T> role, T real) {
        Object proxy = Proxy.newProxyInstance(role.getClassLoader(), new Class<?>[] {role}, (_, method, arguments) -> {
            if (CHANGES.contains(method.getName()) && left.getAndDecrement() == 0) {
                Runtime.getRuntime().halt(137);
            }
            return invoke(real, method, arguments);
        });
        return role.cast(proxy);
    }

    private static Object invoke(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}

package io.crius.linux;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Signals that ask this process for something. The JVM delivers them one after the other; each action runs on a virtual thread of
 * its own.
 *
 * <p>By reflection: the compiler refuses the only interface that the JVM has for this, {@code sun.misc.Signal}.
 */
public final class Signals {
    private Signals() {}

    /**
     * Has the action run at each signal of this name, such as {@code HUP}, instead of what the JVM does by default.
     *
     * @return false where the signal was ignored before; the JVM leaves HUP, INT and TERM so then, as below nohup
     * @throws IllegalArgumentException for a signal that does not exist, or that the JVM needs itself
     */
    public static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object wanted = signal.getConstructor(String.class).newInstance(name);
            Object before =
                    signal.getMethod("handle", signal, handler).invoke(null, wanted, handler(name, handler, action));
            return !before.equals(handler.getField("SIG_IGN").get(null));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException("handle the signal " + name, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM has no way to handle the signal " + name, e);
        }
    }

    @SuppressWarnings("ReferenceEquality") // which handler it is makes the difference
    private static Object handler(String name, Class<?> type, Runnable action) {
        return Proxy.newProxyInstance(
                Signals.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "handle" -> {
                        Thread.ofVirtual().name("signal-" + name).start(action);
                        yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "handler of " + name;
                });
    }
}

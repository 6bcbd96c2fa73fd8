package io.crius.storage;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** The real store, which says when it was closed. */
final class Reopening {
    private Reopening() {}

    static Store of(Store store, Runnable closed) {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (_, method, with) -> {
                    try {
                        Object result = method.invoke(store, with);
                        if (method.getName().equals("close")) {
                            closed.run();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}

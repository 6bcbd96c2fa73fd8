package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.runtime.ContainerBundle;
import io.crius.runtime.RuntimeContainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Containers that end before anybody can look: no exit code may be lost, under load too. */
abstract class FastExitContract {
    private static final int AT_ONCE = 6;

    abstract Path program();

    @Test
    void noExitCodeIsLost() throws Exception {
        int containers = Integer.getInteger("crius.test.fastExits", 256);
        try (BusyboxNode node = BusyboxNode.open(program());
                var threads =
                        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            var codes = new ArrayList<Future<Integer>>();
            for (int i = 0; i < containers; i++) {
                int code = i % 256;
                codes.add(threads.submit(() -> exitCode(node, code)));
            }
            for (int i = 0; i < containers; i++) {
                assertThat(codes.get(i).get()).isEqualTo(i % 256);
            }
            assertThat(node.ends.lost).isEmpty();
        }
    }

    private static int exitCode(BusyboxNode node, int code) throws Exception {
        ContainerBundle bundle = node.shell("exit " + code);
        RuntimeContainer container = node.start(bundle);
        int told = node.ends.await(container.id()).exitCode().orElse(-1);
        node.delete(bundle);
        return told;
    }
}

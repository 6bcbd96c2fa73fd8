package io.crius.server.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {
    private final SerialExecutor executor = new SerialExecutor("container 0123");

    @Test
    void runsTasksInTheOrderTheyCameAndNeverTwoAtOnce() throws Exception {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        var last = IntStream.range(0, 1000)
                .mapToObj(i -> executor.submit("task " + i, () -> order.add(i)))
                .toList()
                .getLast();

        assertThat(last.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order).isEqualTo(IntStream.range(0, 1000).boxed().toList());
    }

    @Test
    void goesOnAfterAFailingTask() {
        assertThatThrownBy(() -> executor.call("start", () -> {
                    throw new java.io.IOException("no such file");
                }))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessage("start of container 0123: java.io.IOException: no such file");
        assertThat(executor.call("stop", () -> 1)).isEqualTo(1);
    }

    @Test
    void saysWhatItIsBusyWithWhenTheCallersTimeIsOver() {
        var mayFinish = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        var _ = executor.submit("a slow start", () -> {
            begun.countDown();
            return mayFinish.await(10, TimeUnit.SECONDS);
        });
        assertThatThrownBy(() -> {
                    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
                    ScopedValue.where(Deadline.CURRENT, Deadline.after(Duration.ofMillis(20)))
                            .call(() -> executor.call("removal", () -> 1));
                })
                .isInstanceOf(CriusException.DeadlineExceeded.class)
                .hasMessage("removal of container 0123 goes on; it is busy with a slow start");
        mayFinish.countDown();
    }
}

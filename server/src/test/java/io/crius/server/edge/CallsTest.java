package io.crius.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.model.Answer;
import io.crius.model.CriusException;
import io.crius.server.explain.Requests;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CallsTest {
    private final Calls calls = new Calls(new Requests());
    private final Wire wire = new Wire();

    /** Compat: CRI-O's chunks; an empty list is no message at all. */
    @ParameterizedTest
    @CsvSource({"0, ''", "1, 1", "3000, 3000", "3001, 3000 1", "6500, 3000 3000 500"})
    void aStreamHasTheListInChunksOfThreeThousand(int items, String chunks) {
        List<Integer> all = IntStream.range(0, items).boxed().toList();
        calls.stream("StreamThings", wire, () -> all, chunk -> chunk.size() + ":" + chunk.getFirst());
        List<String> sizes =
                wire.messages.stream().map(message -> message.split(":")[0]).toList();
        assertThat(String.join(" ", sizes)).isEqualTo(chunks);
        assertThat(wire.messages.stream().map(message -> Integer.valueOf(message.split(":")[1])))
                .containsExactlyElementsOf(IntStream.range(0, sizes.size())
                        .mapToObj(chunk -> chunk * 3000)
                        .toList());
        assertThat(wire.completed).isTrue();
    }

    @Test
    void aListThatCannotBeMadeIsOneError() {
        calls.stream(
                "StreamThings",
                wire,
                () -> {
                    throw new CriusException.NotFound("nothing is there");
                },
                List::toString);
        assertThat(wire.messages).isEmpty();
        assertThat(wire.completed).isFalse();
        assertThat(wire.errors)
                .singleElement()
                .satisfies(error -> assertThat(error)
                        .isInstanceOf(StatusRuntimeException.class)
                        .hasMessage("NOT_FOUND: nothing is there"));
    }

    @Test
    void workBeginsWhenTheAnswerWasSent() throws InterruptedException {
        var order = new LinkedBlockingQueue<String>();
        var waiting = new ArrayList<Thread>();
        calls.answer("DoSomething", wire, () -> {
            Answer answer = Answer.CURRENT.get();
            waiting.add(Thread.ofVirtual().start(() -> {
                answer.awaitSent();
                order.add(wire.completed ? "work after the answer" : "work before the answer");
            }));
            return "done";
        });

        assertThat(order.poll(10, TimeUnit.SECONDS)).isEqualTo("work after the answer");
        waiting.getFirst().join();
    }

    static Stream<RuntimeException> errors() {
        return Stream.of(
                new CriusException.FailedPrecondition("text"),
                new CriusException.DeadlineExceeded("text"),
                new CriusException.Cancelled("text"),
                new CriusException.ResourceExhausted("text"),
                new CriusException.Unavailable("text"),
                new CriusException.PermissionDenied("text"),
                new CriusException.DataLoss("text"),
                new CriusException.Failed("text"),
                new IllegalStateException("text"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorNamesItsRequest(RuntimeException error) {
        calls.answer("DoSomething", wire, () -> {
            throw error;
        });
        assertThat(wire.errors)
                .singleElement()
                .satisfies(told -> assertThat(told).hasMessageMatching(".*text \\(request [a-z0-9]+-\\d+\\)"));
    }

    /** Compat: kubelet joins those that are the same. */
    @ParameterizedTest
    @MethodSource("errors")
    void anErrorOfAPullDoesNot(RuntimeException error) {
        calls.answer("PullImage", wire, () -> {
            throw error;
        });
        assertThat(wire.errors)
                .singleElement()
                .satisfies(told -> assertThat(told).hasMessageEndingWith("text"));
    }

    /** Compat: CRI-O's daemon would end by that. */
    @Test
    void aDefectIsAnErrorOfItsCallAlone() {
        calls.stream(
                "StreamThings",
                wire,
                () -> {
                    throw new IllegalStateException("a defect");
                },
                List::toString);
        assertThat(wire.errors)
                .singleElement()
                .satisfies(error -> assertThat(
                                ((StatusRuntimeException) error).getStatus().getCode())
                        .isEqualTo(Status.Code.INTERNAL));
        calls.stream("StreamThings", wire, () -> List.of(1), List::toString);
        assertThat(wire.messages).containsExactly("[1]");
        assertThat(wire.completed).isTrue();
    }

    private static final class Wire implements StreamObserver<String> {
        private final List<String> messages = new ArrayList<>();
        private final List<Throwable> errors = new ArrayList<>();
        private volatile boolean completed;

        @Override
        public void onNext(String message) {
            messages.add(message);
        }

        @Override
        public void onError(Throwable error) {
            errors.add(error);
        }

        @Override
        public void onCompleted() {
            completed = true;
        }
    }
}

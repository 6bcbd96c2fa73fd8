package io.crius.acceptance;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a call failed with. */
record Grpc(Status.Code code, String message) {
    /** Makes a call that must fail. */
    static Grpc failure(ThrowingCallable call) {
        StatusRuntimeException e = catchThrowableOfType(StatusRuntimeException.class, call);
        if (e == null) {
            throw new AssertionError("the call was expected to fail");
        }
        return new Grpc(
                e.getStatus().getCode(),
                Optional.ofNullable(e.getStatus().getDescription()).orElse(""));
    }
}

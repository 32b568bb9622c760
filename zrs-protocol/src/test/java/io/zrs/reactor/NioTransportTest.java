package io.zrs.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

/** A connection whose reactor does what it is told when the test says so. */
class NioTransportTest {
    @Test
    void tellsItsHandlerThoughTheReactorClosesInTheMiddleOfAnAbort() throws IOException {
        List<Runnable> tasks = new ArrayList<>();
        NioReactor reactor = mock(NioReactor.class);
        doAnswer(post -> tasks.add(post.getArgument(0))).when(reactor).post(any());
        ConnectionHandler handler = mock(ConnectionHandler.class);
        SocketChannel channel = mock(SocketChannel.class);
        NioTransport.open(reactor, channel, handler, "peer");
        ArgumentCaptor<Transport> transport = ArgumentCaptor.forClass(Transport.class);
        verify(handler).connected(transport.capture());
        List<Runnable> lastTasks = new ArrayList<>();
        doAnswer(close -> {
                    ((NioTransport) transport.getValue()).reactorCloses();
                    lastTasks.addAll(tasks);
                    return null;
                })
                .when(channel)
                .close();

        transport.getValue().abort();

        assertThat(lastTasks).hasSize(1);
        lastTasks.get(0).run();
        verify(handler).disconnected(null);
    }
}

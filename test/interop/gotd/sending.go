package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/gotd/td/telegram/message"
	"github.com/gotd/td/telegram/message/styling"
	"github.com/gotd/td/telegram/message/unpack"
	"github.com/gotd/td/tg"
)

func (it *taker) album(ctx context.Context) (found, error) {
	items := message.NewSender(it.api).To(it.forum)
	class, err := items.Album(ctx,
		message.Document(it.film.AsInput(), styling.Plain("one")),
		message.Document(it.film.AsInput(), styling.Plain("two")),
	)
	if err != nil {
		return nil, err
	}
	updates, ok := class.(*tg.Updates)
	if !ok {
		return nil, fmt.Errorf("%T instead of updates", class)
	}
	var ids []int
	var captions []string
	for _, update := range updates.Updates {
		if update, ok := update.(*tg.UpdateNewChannelMessage); ok {
			ids = append(ids, update.Message.GetID())
			if message, ok := update.Message.(*tg.Message); ok {
				captions = append(captions, message.Message)
			}
		}
	}
	return found{"ids": ids, "captions": captions}, nil
}

func (it *taker) entities(ctx context.Context) (found, error) {
	id, err := unpack.MessageID(message.NewSender(it.api).To(it.forum).Reply(it.facts.TopicID).StyledText(ctx,
		styling.Bold("bold"), styling.Plain(" "), styling.TextURL("link", "https://example.org/"), styling.Plain(" "),
		styling.Code("code"),
	))
	if err != nil {
		return nil, err
	}
	sent, err := it.one(ctx, id)
	if err != nil {
		return nil, err
	}
	var back []string
	for _, entity := range sent.Entities {
		// The text is ASCII: its UTF-16 units are its bytes.
		back = append(back, sent.Message[entity.GetOffset():entity.GetOffset()+entity.GetLength()])
	}
	return found{"id": id, "back": back}, nil
}

func (it *taker) reply(ctx context.Context) (found, error) {
	id, err := unpack.MessageID(message.NewSender(it.api).To(it.forum).Reply(it.facts.ReplyTo).Text(ctx, "answer"))
	if err != nil {
		return nil, err
	}
	sent, err := it.one(ctx, id)
	if err != nil {
		return nil, err
	}
	header, ok := sent.ReplyTo.(*tg.MessageReplyHeader)
	if !ok {
		return nil, errors.New("the message answers nothing")
	}
	return found{"id": id, "replyTo": header.ReplyToMsgID}, nil
}

func (it *taker) update(ctx context.Context) (found, error) {
	storage, err := it.copyOfSession(ctx)
	if err != nil {
		return nil, err
	}
	heard := make(chan string, 1)
	dispatcher := tg.NewUpdateDispatcher()
	dispatcher.OnNewChannelMessage(func(_ context.Context, _ tg.Entities, update *tg.UpdateNewChannelMessage) error {
		if message, ok := update.Message.(*tg.Message); ok && message.Message == "pushed" {
			select {
			case heard <- message.Message:
			default:
			}
		}
		return nil
	})
	second := newClient(it.facts, storage, dispatcher)
	result := found{}
	err = second.Run(ctx, func(ctx context.Context) error {
		if _, err := second.Self(ctx); err != nil {
			return err
		}
		if _, err := message.NewSender(it.api).To(it.forum).Reply(it.facts.TopicID).Text(ctx, "pushed"); err != nil {
			return err
		}
		select {
		case text := <-heard:
			result["heard"] = text
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	return result, err
}

func (it *taker) refusal(ctx context.Context) (found, error) {
	_, err := it.api.MessagesSendMessage(ctx, &tg.MessagesSendMessageRequest{
		Peer: it.forum, Message: strings.Repeat("x", 5000), RandomID: 1,
	})
	return found{"tooLong": words(err)}, nil
}
